"""Grids, units and places as features of a map, for programs that read by page and by box.

A layer of a moment is kept until the net changes. Outlines of grids are unions of their units,
made for those that are asked for.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from json import loads
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from django.db.models import Q
from numpy.typing import NDArray

from yige.base.access import Actor, scope
from yige.territory import access, net
from yige.territory.atlas import begun_at
from yige.territory.drawing import A_HOUSE
from yige.territory.models import Grid, Membership, Place, Unit, UnitBefore

Shapes = NDArray[np.object_]
Ints = NDArray[np.int64]
Box = tuple[float, float, float, float]
Facts = dict[str, Any]

GRIDS, UNITS, PLACES = "grids", "units", "places"
DECIMALS: Final = 1e-7
"""Degrees to which coordinates are told: about a centimetre."""
COUNTED: Final = ("name", "address", "kind", "floors", "doors", "households", "residents")
A_BLINK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing with its shape as GeoJSON ("" where nobody knows where it is)."""

    id: str
    shape: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Page:
    """Some features by id; `after` is the id behind which the next page begins ("": the end)."""

    features: list[Feature]
    matched: int
    after: str


@dataclass(frozen=True, eq=False)
class Layer:
    """Features by id. Each has no part, one, or several that are drawn as their union."""

    ids: list[str]
    facts: list[Facts]
    parts: Shapes
    owner: Ints
    areas: list[str]
    _drawn: dict[int, str] = field(default_factory=dict)

    @cached_property
    def tree(self) -> Any:
        return shapely.STRtree(self.parts)

    @property
    def bounds(self) -> Box | None:
        """Give the box around everything."""
        if not len(self.parts):
            return None
        west, south, east, north = shapely.total_bounds(self.parts).tolist()
        return west, south, east, north

    def page(self, area: str, boxes: Sequence[Box], *, behind: str, most: int) -> Page:
        """Give the features of an area ("" is everywhere) that touch one of the boxes."""
        found = self._within(area)
        if boxes:
            touched = [self.tree.query(shapely.box(*box), "intersects") for box in boxes]
            found = np.intersect1d(found, self.owner[np.concatenate(touched)])
        start = int(np.searchsorted(found, bisect_right(self.ids, behind))) if behind else 0
        shown = found[start : start + most].tolist()
        has_more = start + most < len(found)
        return Page(
            [self._feature(place) for place in shown],
            len(found),
            self.ids[shown[-1]] if shown and has_more else "",
        )

    def one(self, area: str, id: str) -> Feature | None:  # noqa: A002 - a feature's word
        """Give the feature of an id, if it is there and in the area."""
        place = bisect_left(self.ids, id)
        if place == len(self.ids) or self.ids[place] != id:
            return None
        return self._feature(place) if self.areas[place].startswith(area) else None

    def _within(self, area: str) -> Ints:
        if not area:
            return np.arange(len(self.ids))
        inside = [place for place, held in enumerate(self.areas) if held.startswith(area)]
        return np.array(inside, dtype=np.int64)

    def _feature(self, place: int) -> Feature:
        if place not in self._drawn:
            first, last = np.searchsorted(self.owner, (place, place + 1))
            self._drawn[place] = _drawn(self.parts[first:last])
        return Feature(self.ids[place], self._drawn[place], self.facts[place])


def area_seen(actor: Actor, collection: str) -> str | None:
    """Tell of which area somebody sees a collection: "" is everywhere, None nowhere."""
    return "" if collection == GRIDS else access.area_of_staff(actor)


def layer_of(actor: Actor, collection: str, start: datetime, end: datetime) -> Layer:
    """Return what was in force at some time from `start` to `end`, as it last was therein.

    Whoever asks for features of it names the area that the actor sees.
    """
    if collection == PLACES:
        return _places(actor, start)
    return _kept(collection, net.stamp(), begun_at(start), begun_at(end))


@lru_cache(maxsize=4)
def _kept(collection: str, stamp: str, start: datetime, end: datetime) -> Layer:
    return _grids(start, end) if collection == GRIDS else _units(start, end)


def _grids(start: datetime, end: datetime) -> Layer:
    grids = list(Grid.objects.filter(_overlapping(start, end)).order_by("code"))
    members: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    held = Membership.objects.filter(_overlapping(start, end)).order_by("unit__code")
    for of_grid, *member in held.values_list(
        "grid_id", "unit_id", "valid_from", "valid_until", "unit__outline", "unit__lon",
        "unit__lat",
    ):  # fmt: skip
        members[of_grid].append(tuple(member))
    before = _before(start, end)
    owner: list[int] = []
    places: list[tuple[Any, ...]] = []
    for place, grid in enumerate(grids):
        seen = _seen(grid.valid_until, end)
        for unit, since, until, *drawn in members[grid.id]:
            if since <= seen and (until is None or seen < until):
                places.append(_at(before, unit, seen)[1] or tuple(drawn))
                owner.append(place)
    facts: list[Facts] = [
        {
            "code": grid.code, "name": grid.name, "kind": grid.kind,
            "community_code": grid.community_code, "households": grid.households,
            **_valid(grid.valid_from, grid.valid_until),
        }
        for grid in grids
    ]  # fmt: skip
    codes = [grid.code for grid in grids]
    return _layer(codes, facts, places, owner, codes, house=A_HOUSE)


def _units(start: datetime, end: datetime) -> Layer:
    held: dict[UUID, list[tuple[datetime, datetime | None, str]]] = defaultdict(list)
    memberships = Membership.objects.filter(_overlapping(start, end))
    for unit, since, until, grid in memberships.values_list(
        "unit_id", "valid_from", "valid_until", "grid__code"
    ):
        held[unit].append((since, until, grid))
    before = _before(start, end)
    codes: list[str] = []
    facts: list[Facts] = []
    places: list[tuple[Any, ...]] = []
    areas: list[str] = []
    there = Unit.objects.filter(_overlapping(start, end)).order_by("code").values()
    for row in there.iterator(2_000):
        seen = _seen(row["valid_until"], end)
        told, drawn = _at(before, row["id"], seen)
        grid = next((grid for since, until, grid in held[row["id"]]
                     if since <= seen and (until is None or seen < until)), "")  # fmt: skip
        codes.append(row["code"])
        areas.append(grid or row["community_code"])
        places.append(drawn or (row["outline"], row["lon"], row["lat"]))
        said = row | told
        facts.append(
            {"code": row["code"], "community_code": row["community_code"], "grid_code": grid}
            | {name: said[name] for name in COUNTED}
            | _valid(row["valid_from"], row["valid_until"])
        )
    return _layer(codes, facts, places, list(range(len(codes))), areas)


def _places(actor: Actor, at: datetime) -> Layer:
    there = Place.objects.filter(scope(actor), Q(ended_at=None) | Q(ended_at__gt=at))
    found = sorted(there, key=lambda place: str(place.id))
    facts: list[Facts] = [
        {
            "name": place.name, "kind": place.kind, "address": place.address,
            "area_code": place.area_code, "organisation": place.organisation,
            "ended_at": place.ended_at,
        }
        for place in found
    ]  # fmt: skip
    return _layer(
        [str(place.id) for place in found],
        facts,
        [("", place.lon, place.lat) for place in found],
        list(range(len(found))),
        [place.area_code for place in found],
    )


def _layer(
    ids: list[str],
    facts: list[Facts],
    places: Iterable[tuple[Any, ...]],
    owner: Sequence[int],
    areas: list[str],
    *,
    house: float = 0.0,
) -> Layer:
    """Draw the parts; one that nobody has drawn is a point, or with `house` a square around it."""
    rows = list(places)
    shapes = np.asarray(shapely.from_geojson([row[0] or None for row in rows]), dtype=object)
    for place, (outline, lon, lat) in enumerate(rows):
        if not outline and lon is not None and lat is not None:
            point = shapely.Point(lon, lat)
            shapes[place] = point.buffer(house, quad_segs=2) if house else point
    known = ~shapely.is_missing(shapes)
    return Layer(ids, facts, shapes[known], np.array(owner, dtype=np.int64)[known], areas)


def _drawn(parts: Shapes) -> str:
    if not len(parts):
        return ""
    if len(parts) > 1:
        # Units that touch do so on this raster, whatever their last digits say.
        shape = shapely.union_all(parts, grid_size=DECIMALS)
    else:
        shape = shapely.set_precision(parts[0], DECIMALS, mode="pointwise")
    return str(shapely.to_geojson(shapely.orient_polygons(shape)))


def _overlapping(start: datetime, end: datetime) -> Q:
    return Q(valid_from__lte=end) & (Q(valid_until=None) | Q(valid_until__gt=start))


def _before(start: datetime, end: datetime) -> dict[UUID, list[UnitBefore]]:
    found: dict[UUID, list[UnitBefore]] = defaultdict(list)
    for row in UnitBefore.objects.filter(_overlapping(start, end)):
        found[row.unit_id].append(row)
    return found


def _at(
    before: dict[UUID, list[UnitBefore]], unit: UUID, seen: datetime
) -> tuple[Facts, tuple[Any, ...]]:
    """Give what an earlier survey said of a unit at an instant, if another has come since."""
    for row in before.get(unit, ()):
        if row.valid_from <= seen < row.valid_until:
            return loads(row.facts), (row.outline, row.lon, row.lat)
    return {}, ()


def _seen(until: datetime | None, end: datetime) -> datetime:
    return end if until is None or until > end else until - A_BLINK


def _valid(since: datetime, until: datetime | None) -> Facts:
    return {"valid_from": since, "valid_until": until}
