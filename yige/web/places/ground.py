"""Which maps the city has, and how far they reach: read from the heads of its own map files."""

import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

MAGIC: Final = b"PMTiles\x03"
BOUNDS_AT: Final = 102
"""Where the head of a PMTiles file holds west, south, east and north, each times ten millions."""

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Ground:
    """The map files that are there. A map opens on `bounds` and does not leave `limits`."""

    base: str = ""
    net: str = ""
    bounds: str = ""
    limits: str = ""

    @property
    def is_drawn(self) -> bool:
        """Tell whether there is anything to be drawn."""
        return bool(self.base or self.net)


def ground() -> Ground:
    """Find the city's maps. It opens on its grids, or on the whole where it has none yet."""
    base, net = _bounds_of("basemap"), _bounds_of("net")
    return Ground(
        base="/map/basemap.pmtiles" if base else "",
        net="/map/net.pmtiles" if net else "",
        bounds=_written(net or base),
        limits=_written(_with_margin(base or net)),
    )


def _bounds_of(name: str) -> Bounds | None:
    path = Path(settings.YIGE_HOME) / "map" / f"{name}.pmtiles"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Bounds | None:
    with path.open("rb") as file:
        head = file.read(BOUNDS_AT + 16)
    if not head.startswith(MAGIC) or len(head) < BOUNDS_AT + 16:
        return None
    west, south, east, north = (degrees / 1e7 for degrees in struct.unpack_from("<4i", head, 102))
    return west, south, east, north


def _with_margin(bounds: Bounds | None) -> Bounds | None:
    """Leave room around the city, so that its edge can lie in the middle of a phone."""
    if bounds is None:
        return None
    west, south, east, north = bounds
    wide, high = (east - west) / 4, (north - south) / 4
    return west - wide, south - high, east + wide, north + high


def _written(bounds: Bounds | None) -> str:
    return ",".join(f"{degrees:.6f}" for degrees in bounds) if bounds else ""
