"""Write the units of a survey: the known keep id and code, the new get theirs for ever."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from django.db.models import F, Max, Q, Sum

from yige.base import rows
from yige.base.crypto import canonical
from yige.kernel.ids import new_id
from yige.kernel.places import Plane
from yige.territory.adjacency import Adjacency, neighbours_of_points, neighbours_of_polygons
from yige.territory.affected import in_parts
from yige.territory.matching import Match, changed, new_codes
from yige.territory.models import (
    Border,
    Building,
    Compound,
    Grid,
    Membership,
    Survey,
    Unit,
    UnitBefore,
)
from yige.territory.survey_columns import AGE_BANDS
from yige.territory.survey_found import Survey as Found
from yige.territory.survey_found import SurveyRows, as_shapes

TOLD: Final = (
    "source_id", "compound_id", "building_id", "name", "address", "firm", "kind", "floors",
    "doors", "households", "residents", *AGE_BANDS, "lon", "lat", "outline",
)  # fmt: skip
"""What a survey says of a unit."""
_AGAIN: Final = ", ".join(f'"{name}" = excluded."{name}"' for name in (*TOLD, "survey_id"))
AGAIN: Final = (
    f"ON CONFLICT (id) DO UPDATE SET {_AGAIN}, changed_by = excluded.changed_by,"
    " version = territory_unit.version + 1"
)


def store(survey: Survey, found: Found, match: Match, *, at: datetime, by: UUID) -> dict[str, int]:
    """Write units, what was known of them before, borders and memberships; return the counts."""
    told = _told(found.rows)
    fresh = new_codes(
        community
        for community, unit in zip(found.rows.community, match.known, strict=True)
        if unit is None
    )
    codes, since = iter(fresh), known_since(match)
    written, before = [], []
    ids = []
    for values, community, unit in zip(told, found.rows.community, match.known, strict=True):
        if unit is None:
            base = {"id": new_id(), "code": next(codes), "community_code": community}
        elif changed(unit, values):
            base = {"id": unit.id, "code": unit.code, "community_code": community}
            before.append(what_was_known(unit, since.get(unit.id, unit.valid_from), at))
        else:
            ids.append(unit.id)
            continue
        ids.append(base["id"])
        written.append(base | values | {"survey_id": survey.id, "valid_from": at,
                                        "changed_by": by})  # fmt: skip
    write(written, before)
    communities = sorted(set(found.rows.community))
    _write_borders(found, match, ids, communities)
    joined = join_neighbours(communities, at=at)
    refresh_grids(communities)
    return {"new": len(fresh), "changed": len(before), "same": len(ids) - len(written),
            "joined": joined}  # fmt: skip


def write(units: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> None:
    """Write units as they are now, the known by their id, and what was known of them before."""
    rows.insert(UnitBefore, before)
    rows.insert(Unit, units, tail=AGAIN)


def join_neighbours(communities: Sequence[str], *, at: datetime) -> int:
    """Put units without grid into the grid of their building, or of their longest border.

    Returns how many. Only in communities that have grids: until the next plan is adopted nobody
    there stays without.
    """
    grids = {grid.code: grid.id for some in in_parts(communities) for grid in
             Grid.objects.filter(community_code__in=some, valid_until=None)}  # fmt: skip
    if not grids:
        return 0
    of_unit, place = _present(communities)
    loose = [unit for unit, grid in of_unit.items() if grid is None]
    held = {code[:12] for code in grids}
    loose = [unit for unit in loose if place[unit][0] in held]
    borders = _borders_of(loose)
    _keep_with_their_building(of_unit, loose)
    _spread_over(of_unit, [unit for unit in loose if of_unit[unit] is None], borders)
    for unit in loose:
        of_unit[unit] = of_unit[unit] or _nearest(unit, of_unit, place)
    rows.insert(
        Membership,
        [
            {"unit_id": unit, "grid_id": grids[str(of_unit[unit])], "valid_from": at}
            for unit in loose
        ],
    )
    return len(loose)


def refresh_grids(communities: Sequence[str]) -> None:
    """Count again the households of the grids in force."""
    for some in in_parts(communities):
        held = Membership.objects.filter(grid__community_code__in=some, valid_until=None)
        homes = dict(
            held.values("grid_id")
            .annotate(homes=Sum("unit__households"))
            .values_list("grid_id", "homes")
        )
        grids = [g for g in Grid.objects.filter(id__in=homes) if g.households != homes[g.id]]
        for grid in grids:
            grid.households = homes[grid.id]
        Grid.objects.bulk_update(grids, ["households"], batch_size=200)


def _told(survey: SurveyRows) -> list[dict[str, Any]]:
    """Turn a survey's columns into what is stored of each unit."""
    compounds = _compounds(survey)
    buildings = _buildings(survey, compounds)
    outlines = _outlines(survey)
    told = []
    for i, community in enumerate(survey.community):
        compound = compounds.get((community, survey.compound[i]))
        building = buildings.get((community, survey.compound[i], survey.building[i]))
        own = [survey.compound[i], survey.building[i], survey.stairwell[i]]
        values = {
            "source_id": survey.code[i],
            "compound_id": compound,
            "building_id": building,
            "name": survey.stairwell[i],
            "address": survey.address[i] or "".join(own)[:200],
            "firm": survey.firm[i],
            "kind": survey.kind[i],
            "floors": int(survey.floors[i]),
            "doors": int(survey.doors[i]),
            "households": int(survey.households[i]),
            "residents": int(survey.residents[i]),
            "lon": _degree(survey.lon[i]),
            "lat": _degree(survey.lat[i]),
            "outline": outlines[i],
        }
        ages = zip(AGE_BANDS, survey.ages[i].tolist(), strict=True)
        told.append(values | {band: int(number) for band, number in ages})
    return told


def _degree(value: float) -> float | None:
    return round(float(value), 7) if np.isfinite(value) else None


def _outlines(survey: SurveyRows) -> list[str]:
    shapes = as_shapes(survey.shapes)
    areal = np.isin(shapely.get_type_id(shapes), (3, 6))
    texts = np.full(len(shapes), "", dtype=object)
    if areal.any():
        texts[areal] = shapely.to_geojson(shapely.transform(shapes[areal], lambda xy: xy.round(7)))
    return [str(text) for text in texts]


def _compounds(survey: SurveyRows) -> dict[tuple[str, str], UUID]:
    """Find or found the compounds that a survey names."""
    wanted = {pair for pair in zip(survey.community, survey.compound, strict=True) if pair[1]}
    known = {
        (compound.community_code, compound.name): compound.id
        for some in in_parts(sorted({community for community, _ in wanted}))
        for compound in Compound.objects.filter(community_code__in=some)
    }
    new = {pair: new_id() for pair in sorted(wanted - known.keys())}
    rows.insert(
        Compound,
        [{"id": key, "community_code": c, "name": name} for (c, name), key in new.items()],
    )
    return known | new


def _buildings(
    survey: SurveyRows, compounds: Mapping[tuple[str, str], UUID]
) -> dict[tuple[str, str, str], UUID]:
    """Find or found the buildings that a survey names, numbered inside their community."""
    named = zip(survey.community, survey.compound, survey.building, strict=True)
    wanted = {triple for triple in named if triple[2]}
    serial: dict[str, int] = defaultdict(int)
    known: dict[tuple[str, UUID | None, str], UUID] = {}
    for some in in_parts(sorted({community for community, _, _ in wanted})):
        for b in Building.objects.filter(community_code__in=some):
            known[b.community_code, b.compound_id, b.name] = b.id
            serial[b.community_code] = max(serial[b.community_code], b.serial)
    found, new = {}, []
    for community, compound, name in sorted(wanted):
        compound_id = compounds.get((community, compound))
        key = known.get((community, compound_id, name))
        if key is None:
            key = new_id()
            serial[community] += 1
            new.append({"id": key, "community_code": community, "compound_id": compound_id,
                        "name": name, "serial": serial[community]})  # fmt: skip
        found[community, compound, name] = key
    rows.insert(Building, new)
    return found


def known_since(match: Match) -> dict[UUID, datetime]:
    """Tell since when what is known of units holds, where an earlier survey said otherwise."""
    ids = [unit.id for unit in match.known if unit is not None]
    since: dict[UUID, datetime] = {}
    for start in range(0, len(ids), 500):
        there = UnitBefore.objects.filter(unit__in=ids[start : start + 500])
        since |= dict(there.values("unit_id").annotate(Max("valid_until")).values_list(
            "unit_id", "valid_until__max"))  # fmt: skip
    return since


def what_was_known(unit: Unit, since: datetime, at: datetime) -> dict[str, Any]:
    """Keep what was known of a unit before, with the time that it held."""
    facts = {name: getattr(unit, name) for name in TOLD if name not in ("lon", "lat", "outline")}
    return {
        "unit_id": unit.id,
        "survey_id": unit.survey_id,
        "facts": canonical({n: str(v) if isinstance(v, UUID) else v for n, v in facts.items()}),
        "lon": unit.lon,
        "lat": unit.lat,
        "outline": unit.outline,
        "valid_from": since,
        "valid_until": at,
    }


def _write_borders(
    found: Found, match: Match, ids: Sequence[UUID], communities: Sequence[str]
) -> None:
    """Replace the borders inside the surveyed communities."""
    _wipe_borders(communities)
    if match.missing or found.adjacency is None:
        ids, adjacency = _neighbours_of_all(communities)
    else:
        adjacency = found.adjacency
    _insert_borders(ids, adjacency)


def redraw_borders(communities: Sequence[str]) -> None:
    """Find the borders inside communities anew, from all that is known of their units."""
    placed = Unit.objects.filter(
        community_code__in=communities, valid_until=None, lon__isnull=False
    )
    settled = sorted(set(placed.values_list("community_code", flat=True)))
    _wipe_borders(settled)
    if settled:
        _insert_borders(*_neighbours_of_all(settled))


def _wipe_borders(communities: Sequence[str]) -> None:
    for some in in_parts(communities):
        there = Q(a__community_code__in=some) & Q(b__community_code__in=communities)
        Border.objects.filter(pk__in=Border.objects.filter(there).values("pk")).delete()


def _insert_borders(ids: Sequence[UUID], adjacency: Adjacency) -> None:
    rows.insert(
        Border,
        (
            {"a_id": ids[a], "b_id": ids[b], "metres": metres, "is_bridge": is_bridge}
            for (a, b), metres, is_bridge in zip(
                adjacency.edges.tolist(),
                adjacency.length.tolist(),
                adjacency.bridge.tolist(),
                strict=True,
            )
        ),
    )


def _neighbours_of_all(communities: Sequence[str]) -> tuple[list[UUID], Adjacency]:
    """Find neighbours among all units of the communities, also those that no file named."""
    units = [
        unit
        for some in in_parts(communities)
        for unit in Unit.objects.filter(community_code__in=some, valid_until=None)
        .exclude(lon=None)
        .order_by("code")
    ]
    lon, lat = np.array([u.lon for u in units], float), np.array([u.lat for u in units], float)
    index = {code: number for number, code in enumerate(communities)}
    community = np.array([index[u.community_code] for u in units], dtype=np.int64)
    plane = Plane.around(lon, lat)
    if all(u.outline for u in units):
        shapes = shapely.from_geojson([u.outline for u in units])
        flat = shapely.transform(
            np.asarray(shapes, object), lambda xy: np.column_stack(plane.metres(*xy.T))
        )
        return [u.id for u in units], neighbours_of_polygons(np.asarray(flat, object), community)
    return [u.id for u in units], neighbours_of_points(*plane.metres(lon, lat), community)


Where = Mapping[UUID, tuple[str, float | None, float | None]]


def _present(communities: Sequence[str]) -> tuple[dict[UUID, str | None], Where]:
    """Give each unit's present grid, and where it stands."""
    place: dict[UUID, tuple[str, float | None, float | None]] = {}
    of_unit: dict[UUID, str | None] = {}
    for some in in_parts(communities):
        there = Unit.objects.filter(community_code__in=some, valid_until=None).order_by("code")
        for unit, community, lon, lat in there.values_list("id", "community_code", "lon", "lat"):
            place[unit], of_unit[unit] = (community, lon, lat), None
        held = Membership.objects.filter(unit__community_code__in=some, valid_until=None)
        of_unit |= dict(held.values_list("unit_id", "grid__code"))
    return of_unit, place


def _borders_of(units: Sequence[UUID]) -> list[tuple[float, UUID, UUID]]:
    found: set[tuple[float, UUID, UUID]] = set()
    for start in range(0, len(units), 500):
        some = units[start : start + 500]
        there = Border.objects.filter(Q(a__in=some) | Q(b__in=some))
        inside = there.filter(a__community_code=F("b__community_code"))
        found |= set(inside.values_list("metres", "a_id", "b_id"))
    return sorted(found, reverse=True)


def _keep_with_their_building(of_unit: dict[UUID, str | None], loose: Sequence[UUID]) -> None:
    """Give units of a known building the grid that most of its other units are in."""
    homes: dict[UUID, UUID] = {}
    for start in range(0, len(loose), 500):
        of_building = Unit.objects.filter(id__in=loose[start : start + 500])
        named = of_building.exclude(building=None).values_list("id", "building_id")
        homes |= {unit: building for unit, building in named if building}
    grids: dict[UUID, Counter[str]] = defaultdict(Counter)
    buildings = sorted(set(homes.values()))
    for start in range(0, len(buildings), 500):
        some = buildings[start : start + 500]
        beside = Unit.objects.filter(building__in=some, valid_until=None)
        for unit, building in beside.values_list("id", "building_id"):
            grid = of_unit.get(unit)
            if grid is not None and building is not None:
                grids[building][grid] += 1
    for unit, building in homes.items():
        if grids[building]:
            of_unit[unit] = min(grids[building], key=lambda grid: (-grids[building][grid], grid))


def _spread_over(
    of_unit: dict[UUID, str | None],
    loose: Iterable[UUID],
    borders: Sequence[tuple[float, UUID, UUID]],
) -> None:
    """Give units their neighbour's grid, the longest border first, until none is left that can."""
    waiting = set(loose)
    while True:
        pair = next(
            (
                (a, b) if a in waiting else (b, a)
                for _, a, b in borders
                if (a in waiting) != (b in waiting) and of_unit.get(b if a in waiting else a)
            ),
            None,
        )
        if pair is None:
            return
        of_unit[pair[0]] = of_unit[pair[1]]
        waiting.discard(pair[0])


def _nearest(unit: UUID, of_unit: Mapping[UUID, str | None], place: Where) -> str:
    """Name the grid of the nearest unit of the same community."""
    community, lon, lat = place[unit]

    def away(other: UUID) -> float:
        _, x, y = place[other]
        if lon is None or lat is None or x is None or y is None:
            return float("inf")
        return (x - lon) ** 2 + (y - lat) ** 2

    held = [u for u, grid in of_unit.items() if grid and place[u][0] == community]
    return str(of_unit[min(held, key=lambda other: (away(other), str(other)))])
