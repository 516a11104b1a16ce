"""The net as map files and shapes: outlines of grids are unions of their units, never drawn."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from json import dumps
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from django.conf import settings
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from yige.base.access import within
from yige.base.tiles import Net, write_net
from yige.territory import queries
from yige.territory.models import Membership, Plan, UnitBefore
from yige.territory.queries import in_force
from yige.territory.successions import main_forerunners

A_HOUSE: Final = 0.0002
"""Degrees around a unit of which only a point is known."""


def draw_net(*, at: datetime) -> int:
    """Write the grids and units in force as `<home>/map/net.pmtiles`; return how many grids."""
    rows = list(
        Membership.objects.filter(in_force(at))
        .order_by("unit__code")
        .values_list(
            "unit__code", "grid__code", "unit__households", "unit__lon", "unit__lat",
            "unit__outline",
        )
    )  # fmt: skip
    drawn = [row for row in rows if row[5] or row[3] is not None]
    if not drawn:
        return 0
    shapes = shapes_of([(outline, lon, lat) for *_, lon, lat, outline in drawn])
    members: dict[str, list[int]] = defaultdict(list)
    for place, (_, grid, *_rest) in enumerate(drawn):
        members[grid].append(place)
    grids = sorted(members)
    homes = [sum(drawn[place][2] for place in members[grid]) for grid in grids]
    names = queries.names_of(grids)
    path = Path(settings.YIGE_HOME) / "map" / "net.pmtiles"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_net(
        path,
        Net(
            grids,
            [joined(shapes[members[grid]]) for grid in grids],
            {"name": [names[grid] for grid in grids], "households": homes},
        ),
        Net(
            [row[0] for row in drawn],
            shapes,
            {"grid": [row[1] for row in drawn], "households": [row[2] for row in drawn]},
        ),
    )
    return len(grids)


def plan_geojson(
    plan: Plan, *, community: str = "", named: Mapping[str, str] | None = None
) -> str:
    """Write a plan's units as GeoJSON: code, number of the grid, households, and what holds them.

    Buildings and compounds are numbered; the numbers mean nothing outside this file. With `named`
    only those units are written, each with what is said there in the place of its grid.
    """
    there = plan.units.order_by("unit__code")
    if community:
        there = there.filter(unit__community_code=community)
    rows = there.values_list(
        "unit__code", "label", "unit__households", "unit__building_id", "unit__compound_id",
        "unit__lon", "unit__lat", "unit__outline",
    )  # fmt: skip
    numbers: dict[UUID, int] = {}

    def number(group: UUID | None) -> int:
        return -1 if group is None else numbers.setdefault(group, len(numbers))

    return _collection(
        (
            shape,
            {"code": code, "grid": named[code] if named else str(label), "households": homes}
            | {"building": number(building), "compound": number(compound)},
        )
        for code, label, homes, building, compound, lon, lat, outline in rows
        if (named is None or code in named) and (shape := outline or point(lon, lat))
    )


def net_geojson(community: str, *, at: datetime) -> str:
    """Write a community's units with the grid that held each at an instant, without figures.

    At the instant of a change it also says which grid goes on in which, to be coloured alike.
    """
    held = Membership.objects.filter(in_force(at), within(community, field="grid__code"))
    earlier = UnitBefore.objects.filter(valid_from__lte=at, valid_until__gt=at)
    before = dict(earlier.filter(unit__in=held.values("unit")).values_list("unit_id", "outline"))
    rows = held.order_by("unit__code").values_list(
        "unit_id", "unit__code", "grid__code", "unit__lon", "unit__lat", "unit__outline"
    )  # fmt: skip
    alike = main_forerunners(community, at)
    features = [
        (shape, {"code": code, "grid": grid[12:]})
        for unit, code, grid, lon, lat, outline in rows
        if (shape := before.get(unit) or outline or point(lon, lat))
    ]
    return _collection(features, tinted={new[12:]: old[12:] for new, old in alike.items()})


def bounds_of_plan(plan: Plan, *, labels: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Give some grids of a plan the box "west,south,east,north" around their units, and the
    minutes of work that these make a year."""
    there = plan.units.filter(label__in=labels)
    boxes: dict[int, tuple[float, float, float, float]] = {}
    minutes: dict[int, int] = {}
    for label, work, x, y in there.values_list("label", "work", "unit__lon", "unit__lat"):
        minutes[label] = minutes.get(label, 0) + work
        if x is None or y is None:
            continue
        west, south, east, north = boxes.get(label, (x, y, x, y))
        boxes[label] = (min(west, x), min(south, y), max(east, x), max(north, y))
    return {label: (_box(boxes.get(label)), done) for label, done in minutes.items()}


def _box(box: tuple[float, float, float, float] | None) -> str:
    if box is None:
        return ""
    w, s, e, n = box
    return f"{w - A_HOUSE:.5f},{s - A_HOUSE:.5f},{e + A_HOUSE:.5f},{n + A_HOUSE:.5f}"


def joined(shapes: NDArray[np.object_]) -> BaseGeometry:
    """Join shapes that lie side by side: quickly where no two overlap, else by the long way."""
    if shapely.coverage_is_valid(shapes):
        whole: BaseGeometry = shapely.coverage_union_all(shapes)
        return whole
    return shapely.union_all(shapes)


def shapes_of(places: Sequence[tuple[str, float | None, float | None]]) -> NDArray[np.object_]:
    """Read outlines; a unit of which only a point is known becomes a small round."""
    texts = [outline or point(lon, lat) for outline, lon, lat in places]
    shapes = np.asarray(shapely.from_geojson(texts), dtype=object)
    pointed = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    shapes[pointed] = shapely.buffer(shapes[pointed], A_HOUSE, quad_segs=2)
    return shapes


def point(lon: float | None, lat: float | None) -> str:
    """Write a point as GeoJSON, "" where there is none."""
    return "" if lon is None or lat is None else f'{{"type":"Point","coordinates":[{lon},{lat}]}}'


def _collection(features: Iterable[tuple[str, dict[str, Any]]], **more: Any) -> str:
    """Join shapes that are GeoJSON already with their properties, and what is said of them all."""
    parts = [
        f'{{"type":"Feature","geometry":{shape},"properties":{dumps(facts)}}}'
        for shape, facts in features
    ]
    said = "".join(f',"{name}":{dumps(facts)}' for name, facts in more.items())
    return f'{{"type":"FeatureCollection","features":[{",".join(parts)}]{said}}}'
