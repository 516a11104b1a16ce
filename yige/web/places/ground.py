"""Which maps the city has, and how far they reach: read from the heads of its own map files."""

import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

MAGIC: Final = b"PMTiles\x03"
HEAD: Final = struct.Struct("<100x2B4i")
"""The head of a PMTiles file up to here: the lowest and highest zoom, then west, south, east and
north, each times ten millions."""

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far a map file reaches, and from which zoom on it is drawn."""

    lowest: int
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Ground:
    """The map files that are there. A map opens on `bounds` and does not leave `limits`,
    nor goes below the zoom `lowest`, where the files are empty."""

    base: str = ""
    net: str = ""
    bounds: str = ""
    limits: str = ""
    lowest: int = 0

    @property
    def is_drawn(self) -> bool:
        """Tell whether there is anything to be drawn."""
        return bool(self.base or self.net)


def ground() -> Ground:
    """Find the city's maps. It opens on its grids, or on the whole where it has none yet."""
    base, net = _reach_of("basemap"), _reach_of("net")
    first, whole = net or base, base or net
    if first is None or whole is None:
        return Ground()
    return Ground(
        base="/map/basemap.pmtiles" if base else "",
        net="/map/net.pmtiles" if net else "",
        bounds=_written(first.bounds),
        limits=_written(_with_margin(whole.bounds)),
        lowest=whole.lowest,
    )


def _reach_of(name: str) -> _Reach | None:
    path = Path(settings.YIGE_HOME) / "map" / f"{name}.pmtiles"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> _Reach | None:
    with path.open("rb") as file:
        head = file.read(HEAD.size)
    if not head.startswith(MAGIC) or len(head) < HEAD.size:
        return None
    lowest, _, west, south, east, north = HEAD.unpack(head)
    return _Reach(lowest, (west / 1e7, south / 1e7, east / 1e7, north / 1e7))


def _with_margin(bounds: Bounds) -> Bounds:
    """Leave room around the city, so that its edge can lie in the middle of a phone."""
    west, south, east, north = bounds
    wide, high = (east - west) / 4, (north - south) / 4
    return west - wide, south - high, east + wide, north + high


def _written(bounds: Bounds) -> str:
    return ",".join(f"{degrees:.6f}" for degrees in bounds)
