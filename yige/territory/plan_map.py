"""What the map of a plan is drawn from: outlines as tiles, and beside them what may change.

The outlines of an area's units are cut into tiles once and serve every plan of the area until the
net changes. Which grid each unit is in comes apart from them, as short columns.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from threading import get_ident
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from django.conf import settings
from django.db.models import Q

from yige.base.access import within
from yige.base.tiles import Layer, write_tiles
from yige.territory import net
from yige.territory.drawing import point
from yige.territory.models import Plan, Unit

ZOOMS: Final = (9, 14)
"""From the whole city on a phone to half a metre; closer up the last zoom is drawn larger."""


def stamp() -> str:
    """Tell what the outlines are kept by: another one, and they are cut anew."""
    return net.stamp() or "0"


def unit_tiles(area: str) -> Path | None:
    """Return the file with the outlines of an area's units, cut now where it is not there yet.

    Units that have ended are in it as well, marked `ended`: an older plan may still hold them.
    """
    folder = Path(settings.YIGE_HOME) / "drawings"
    path = folder / f"units-{area}-{stamp()}.pmtiles"
    if path.is_file():
        return path
    there = Unit.objects.filter(within(area, field="community_code")).order_by("code")
    rows = [
        (code, outline or point(lon, lat), ended)
        for code, outline, lon, lat, ended in there.values_list(
            "code", "outline", "lon", "lat", "valid_until"
        )
        if outline or lon is not None
    ]
    if not rows:
        return None
    folder.mkdir(exist_ok=True)
    # Two that cut at once write a file each; whichever comes last stands.
    own = path.with_suffix(f".{os.getpid()}-{get_ident()}")
    write_tiles(own, [_layer(rows)], zooms=ZOOMS, name="units")
    own.replace(path)
    for old in set(folder.glob(f"units-{area}-*.pmtiles")) - {path}:
        old.unlink(missing_ok=True)
    return path


def _layer(rows: list[tuple[str, str, datetime | None]]) -> Layer:
    shapes = np.asarray(shapely.from_geojson([text for _, text, _ in rows]), dtype=object)
    facts: dict[str, list[str | int]] = {
        "code": [code for code, _, _ in rows],
        "ended": ["" if ended is None else 1 for _, _, ended in rows],
    }
    return Layer("unit", shapes, facts, ZOOMS[0])


def columns_of(
    plan: Plan, *, community: str = "", grids: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Give which grid each unit is in and what holds it, in columns of one order.

    Buildings and compounds are numbered; the numbers mean nothing elsewhere. `grids` names other
    grids than the plan's, such as those of the net in force.
    """
    there = plan.units.order_by("unit__code")
    if community:
        here = Unit.objects.filter(within(community, field="community_code"))
        there = there.filter(unit__in=here.values("id"))
    rows = list(
        there.annotate(is_point=Q(unit__outline="")).values_list(
            "unit__code", "label", "unit__building_id", "unit__compound_id", "unit__lon",
            "unit__lat", "unit__valid_until", "is_point",
        )
    )  # fmt: skip
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * 8
    codes, labels, buildings, compounds, lon, lat, until, points = columns
    return {
        "codes": codes,
        "grids": [grids.get(code, "") for code in codes] if grids else [*map(str, labels)],
        "buildings": _numbered(buildings),
        "compounds": _numbered(compounds),
        "lon": [None if x is None else round(x, 6) for x in lon],
        "lat": [None if y is None else round(y, 6) for y in lat],
        "ended": [c for c, end in zip(codes, until, strict=True) if end is not None],
        "points": any(points),
    }


def _numbered(groups: Iterable[UUID | None]) -> list[int]:
    numbers: dict[UUID, int] = {}
    return [-1 if each is None else numbers.setdefault(each, len(numbers)) for each in groups]
