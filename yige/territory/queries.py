"""What other rooms and pages read of the territory, as frozen rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db.models import Q, QuerySet

from yige.base.access import within
from yige.kernel.codes import Level, level_of, parents
from yige.territory import net
from yige.territory.errors import AreaUnknown
from yige.territory.models import Division, Grid, Unit


@dataclass(frozen=True, slots=True)
class Area:
    """A city, town, community or grid. `kind` tells, say, a village from a community."""

    code: str
    level: Level
    name: str
    full_name: str
    kind: str = ""
    lon: float | None = None
    lat: float | None = None
    households: int = 0
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class Branch:
    """An area with the areas below it."""

    area: Area
    below: tuple["Branch", ...] = ()


@dataclass(frozen=True, slots=True)
class GridRow:
    """A grid of the net for the time it was in force."""

    code: str
    name: str
    kind: str
    community_code: str
    households: int
    reason: str
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as pages show it: counts, no names."""

    code: str
    community_code: str
    name: str
    address: str
    kind: str
    households: int
    residents: int
    floors: int
    lon: float | None
    lat: float | None
    grid_code: str = ""


@dataclass(frozen=True, slots=True)
class _Areas:
    by_code: Mapping[str, Area] = field(default_factory=dict)
    below: Mapping[str, list[Area]] = field(default_factory=dict)


def city() -> Area | None:
    """Return the city, or None before divisions were entered."""
    return next((a for a in _areas().by_code.values() if a.level is Level.CITY), None)


def area(code: str) -> Area:
    """Return an area by its code, also one that is no longer in force; raise AreaUnknown."""
    try:
        return _areas().by_code[code]
    except KeyError:
        raise AreaUnknown(area=code) from None


def is_area(code: str) -> bool:
    """Tell whether an area bears or bore this code."""
    return code in _areas().by_code


def name_of(code: str) -> str:
    """Return an area's own name; the code itself where nobody knows it."""
    return names_of([code])[code]


def names_of(codes: Iterable[str], *, full: bool = False) -> dict[str, str]:
    """Name many areas by one look at the net."""
    known = _areas().by_code
    return {
        code: (known[code].full_name if full else known[code].name) if code in known else code
        for code in codes
    }


def children_of(code: str) -> list[Area]:
    """List the areas of the next level down that are in force, by code."""
    return list(_areas().below.get(code, ()))


def tree(code: str) -> Branch:
    """Return an area with all that is in force below it."""
    return Branch(area(code), tuple(tree(below.code) for below in children_of(code)))


def has_grids() -> bool:
    """Tell whether a net is in force anywhere in the city."""
    return any(a.level is Level.GRID and a.is_current for a in _areas().by_code.values())


def is_surveyed(area: str = "") -> bool:
    """Tell whether any unit is known, in an area or at all."""
    there = within(area, field="community_code") if area else Q()
    return Unit.objects.filter(there, valid_until=None).exists()


def grids_at(area: str, at: datetime) -> list[GridRow]:
    """List the grids of an area that were in force at an instant, by code."""
    there = Grid.objects.filter(within(area, field="code"), in_force(at)).order_by("code")
    return [
        GridRow(
            g.code,
            g.name,
            g.kind,
            g.community_code,
            g.households,
            g.reason,
            g.valid_from,
            g.valid_until,
        )
        for g in there
    ]


def units_of(area: str, at: datetime) -> list[UnitRow]:
    """List the units of an area (a grid too) at an instant, by code, each with its grid."""
    there = Unit.objects.filter(in_force(at)).order_by("code")
    held = in_force(at, prefix="memberships__")
    if level_of(area) is Level.GRID:
        there = there.filter(held, memberships__grid__code=area)
    else:
        there = there.filter(within(area, field="community_code"))
    grids = _grid_of_units(there, at)
    return [
        UnitRow(
            u.code,
            u.community_code,
            u.name,
            u.address,
            u.kind,
            u.households,
            u.residents,
            u.floors,
            u.lon,
            u.lat,
            grids.get(u.code, ""),
        )
        for u in there
    ]


def in_force(at: datetime, *, prefix: str = "") -> Q:
    """Select what was valid at an instant."""
    begun = Q(**{f"{prefix}valid_from__lte": at})
    return begun & (Q(**{f"{prefix}valid_until": None}) | Q(**{f"{prefix}valid_until__gt": at}))


def _grid_of_units(units: QuerySet[Unit], at: datetime) -> dict[str, str]:
    held = Unit.objects.filter(id__in=units.values("id")).filter(
        in_force(at, prefix="memberships__")
    )
    return dict(held.values_list("code", "memberships__grid__code"))


def _areas() -> _Areas:
    return _areas_of(net.stamp())


@lru_cache(maxsize=2)
def _areas_of(stamp: str) -> _Areas:
    """Read every area that is or was, the one in force winning over its forerunners."""
    names: dict[str, str] = {}
    rows: dict[str, tuple[Level, str, float | None, float | None, int, bool]] = {}
    for d in Division.objects.order_by("valid_from"):
        names[d.code] = d.name
        is_current = d.valid_until is None
        rows[d.code] = (Level(d.level), d.kind, d.lon, d.lat, d.households, is_current)
    for g in Grid.objects.order_by("code"):
        names[g.code] = g.name
        rows[g.code] = (Level.GRID, g.kind, None, None, g.households, g.valid_until is None)
    found = {
        code: Area(code, level, names[code], _full_name(code, names), kind, lon, lat, homes, now)
        for code, (level, kind, lon, lat, homes, now) in rows.items()
    }
    below: dict[str, list[Area]] = defaultdict(list)
    for code in sorted(found):
        if found[code].is_current and len(above := parents(code)) > 1:
            below[above[1]].append(found[code])
    return _Areas(found, below)


def _full_name(code: str, names: Mapping[str, str]) -> str:
    chain = [names[c] for c in reversed(parents(code)) if c in names and len(c) > 6]
    return " ".join(chain) or names[code]
