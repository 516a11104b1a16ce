"""The city as it lay at one time, held in memory: outlines, memberships, addresses."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from yige.engines.location import Edges, Raster
from yige.kernel.codes import Level
from yige.territory import net
from yige.territory.addresses import Book, Entry, building_of, plain, stairwell_of
from yige.territory.models import CommunityBefore, Division, Grid, Membership, Unit, UnitBefore
from yige.territory.queries import in_force

METRES_A_DEGREE = 111_195.0
NEAR, NEAR_POINT = 50.0, 100.0
"""How far from a unit's outline, or from a unit known by a point alone, a place still is its."""

_BEFORE_ALL = datetime(1, 1, 2, tzinfo=UTC)

Names = NDArray[np.str_]
Places = NDArray[np.int32]


@dataclass(frozen=True)
class Shapes:
    """Outlines of one kind, each with a code, on a plane of metres."""

    codes: Sequence[str]
    shapes: NDArray[np.object_]
    scale: float

    @classmethod
    def of(cls, outlines: Iterable[tuple[str, str]], *, lat: float) -> "Shapes":
        """Read outlines given as (code, GeoJSON); those that are empty have no shape."""
        known = [(code, text) for code, text in outlines if text]
        shapes = shapely.from_geojson([text for _, text in known])
        scale = METRES_A_DEGREE * float(np.cos(np.radians(lat)))
        flat = shapely.transform(
            np.asarray(shapes, dtype=object), lambda xy: xy * (scale, METRES_A_DEGREE)
        )
        return cls([code for code, _ in known], np.asarray(flat, dtype=object), scale)

    def find(self, lon: NDArray[Any], lat: NDArray[Any], *, near: float = 0.0) -> Places:
        """Give the index of the shape that holds each point, or is nearest within reach."""
        x, y = lon * self.scale, lat * METRES_A_DEGREE
        found = self.raster.find(x, y)
        if near and len(self.codes):
            missed = np.flatnonzero((found < 0) & np.isfinite(x) & np.isfinite(y))
            points = shapely.points(x[missed], y[missed])
            which, shape = self.tree.query_nearest(points, max_distance=near, all_matches=False)
            found[missed[which]] = shape
        return found

    @cached_property
    def raster(self) -> Raster:
        return Raster.over(edges_of(self.shapes))

    @cached_property
    def tree(self) -> Any:
        return shapely.STRtree(self.shapes)


class Atlas:
    """All look-ups of one time."""

    def __init__(self, at: datetime) -> None:
        units = list(
            Unit.objects.filter(in_force(at)).order_by("code").values_list(
                "code", "community_code", "lon", "lat", "outline", "id"
            )
        )  # fmt: skip
        before = _shapes_before(at)
        self.at = at
        self.units = [code for code, *_ in units]
        self.grid_of = _memberships(at)
        self.community_of = {code: community for code, community, *_ in units}
        self.community_of |= communities_before(at)
        lats = [lat for *_, lat, _, _ in units if lat is not None]
        lat = float(np.mean(lats)) if lats else 36.0
        self.outlines = Shapes.of(
            ((c, before.get(i, (outline,))[0]) for c, _, _, _, outline, i in units), lat=lat
        )
        self.points = _points((c, x, y) for c, _, x, y, outline, _ in units if not outline)
        self.divisions = [_divisions(level, at, lat) for level in (Level.COMMUNITY, Level.TOWN)]
        self.city = _city(at)
        self.areas = _areas(at)

    @cached_property
    def area_codes(self) -> Names:
        """All codes that a point can fall to: of units, then of communities, towns, the city."""
        of_units = [self.area_of(unit) for unit in self.unit_codes.tolist()]
        of_divisions = [code for level in self.divisions for code in level.codes]
        return np.array([*of_units, *of_divisions, self.city], dtype="U15")

    @cached_property
    def unit_codes(self) -> Names:
        return np.array([*self.outlines.codes, *self.points.codes], dtype="U18")

    @cached_property
    def book(self) -> Book:
        return _book(self)

    def area_of(self, unit: str) -> str:
        """Return the grid of a unit, or its community while it is in none."""
        return self.grid_of.get(unit) or self.community_of.get(unit) or unit[:12]

    def find_units(self, lon: NDArray[Any], lat: NDArray[Any]) -> Places:
        """Give the index in `unit_codes` of the unit at each point, -1 where there is none."""
        found = self.outlines.find(lon, lat, near=NEAR)
        if len(self.points.codes):
            missed = np.flatnonzero(found < 0)
            there = self.points.find(lon[missed], lat[missed], near=NEAR_POINT)
            found[missed] = np.where(there < 0, -1, there + len(self.outlines.codes))
        return found

    def find_areas(self, lon: NDArray[Any], lat: NDArray[Any], units: Places) -> Places:
        """Give the index in `area_codes` of the smallest area known to hold each point."""
        found, begin = units.copy(), len(self.unit_codes)
        for level in self.divisions:
            missed = np.flatnonzero(found < 0)
            if len(level.codes) and len(missed):
                there = level.find(lon[missed], lat[missed])
                found[missed] = np.where(there < 0, -1, there + begin)
            begin += len(level.codes)
        found[found < 0] = begin
        return found


def atlas(at: datetime | None = None, *, now: datetime) -> Atlas:
    """Return the city as it lay at an instant; kept until the net changes."""
    return _atlas(net.stamp(), begun_at(at if at is not None else now))


def begun_at(at: datetime) -> datetime:
    """Tell since when the city has lain as it lay at an instant."""
    instants = _instants(net.stamp())
    place = bisect_right(instants, at)
    return instants[place - 1] if place else _BEFORE_ALL


@lru_cache(maxsize=4)
def _atlas(stamp: str, begun: datetime) -> Atlas:
    return Atlas(begun)


@lru_cache(maxsize=2)
def _instants(stamp: str) -> list[datetime]:
    """List every instant at which something began or ended."""
    found: set[datetime] = set()
    for model in (Unit, UnitBefore, Membership, Division, Grid):
        for name in ("valid_from", "valid_until"):
            found.update(model._default_manager.values_list(name, flat=True).distinct())
    return sorted(found - {None})


def edges_of(shapes: NDArray[np.object_]) -> Edges:
    """Take polygons apart into their sides."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    xy, of = shapely.get_coordinates(rings, return_index=True)
    same = np.flatnonzero(of[1:] == of[:-1])
    polygon = np.asarray(owner[ring_of[of[same]]], dtype=np.int64)
    return Edges(
        *(xy[same, 0], xy[same, 1]), *(xy[same + 1, 0], xy[same + 1, 1]), polygon, len(shapes)
    )


def _shapes_before(at: datetime) -> dict[Any, tuple[str]]:
    held = UnitBefore.objects.filter(valid_from__lte=at, valid_until__gt=at)
    return {unit: (outline,) for unit, outline in held.values_list("unit_id", "outline")}


def _memberships(at: datetime) -> dict[str, str]:
    return dict(Membership.objects.filter(in_force(at)).values_list("unit__code", "grid__code"))


def communities_before(at: datetime) -> dict[str, str]:
    """Give the community of each unit that has since come to lie in another."""
    later = CommunityBefore.objects.filter(valid_until__gt=at).order_by("-valid_until")
    return dict(later.values_list("unit__code", "community_code"))


def _points(points: Iterable[tuple[str, float | None, float | None]]) -> Shapes:
    known = [(c, x, y) for c, x, y in points if x is not None and y is not None]
    lat = float(np.mean([y for _, _, y in known])) if known else 36.0
    return Shapes.of(
        ((c, f'{{"type":"Point","coordinates":[{x!r},{y!r}]}}') for c, x, y in known), lat=lat
    )


def _divisions(level: Level, at: datetime, lat: float) -> Shapes:
    there = Division.objects.filter(in_force(at), level=level).exclude(outline="")
    return Shapes.of(there.order_by("code").values_list("code", "outline"), lat=lat)


def _city(at: datetime) -> str:
    there = Division.objects.filter(level=Level.CITY).order_by("valid_until", "valid_from")
    held = there.filter(in_force(at)).values_list("code", flat=True).first()
    return held or there.values_list("code", flat=True).last() or ""


def _areas(at: datetime) -> frozenset[str]:
    divisions = Division.objects.filter(in_force(at)).values_list("code", flat=True)
    grids = Grid.objects.filter(in_force(at)).values_list("code", flat=True)
    return frozenset(divisions) | frozenset(grids)


def _book(atlas: Atlas) -> Book:
    book = Book()
    there = Division.objects.filter(in_force(atlas.at)).exclude(level=Level.CITY)
    for code, name in there.values_list("code", "name"):
        book.add_area(name, code)
    rows = Unit.objects.filter(in_force(atlas.at), compound__isnull=False).values_list(
        "code", "compound__name", "building__name", "name", "address"
    )
    book.add_units(
        Entry(
            code, atlas.community_of[code], compound, *_numbers(compound, building, name, address)
        )
        for code, compound, building, name, address in rows
    )
    return book


def _numbers(compound: str, building: str | None, name: str, address: str) -> tuple[str, str]:
    """Read a unit's building and stairwell from its columns, else from its address."""
    rest = plain(address).partition(plain(compound))[2] or plain(address)
    own = plain(building or "")
    of_building = building_of(own) or building_of(f"{own}幢") or building_of(rest)
    stairwell = stairwell_of(plain(name)) or stairwell_of(f"{plain(name)}单元")
    return of_building, stairwell or stairwell_of(rest)
