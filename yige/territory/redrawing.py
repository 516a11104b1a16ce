"""Work out what a change of divisions by the state means for units, grids and codes.

A row says that an area, or a part of it, becomes (a part of) another. A town without rows for its
communities takes them along under the last three digits of their codes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import numpy as np
import shapely
from django.db.models import Sum

from yige.kernel.codes import DEDICATED_FROM, Level, NoSerialLeft, level_of, part
from yige.territory.affected import in_parts
from yige.territory.errors import DivisionsWrong
from yige.territory.models import Division, Grid, Membership, Unit
from yige.territory.previews import Begun, Passing, codes_taken, name_of_grid

MOST_SERIALS: Final = 999


@dataclass(frozen=True, slots=True)
class Becomes:
    """An area, or the part of it that is said, becomes another."""

    old: str
    new: str
    name: str = ""
    kind: str = ""
    outline: str = ""
    units: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Home:
    """A unit before the change."""

    id: UUID
    code: str
    community: str
    households: int
    lon: float | None
    lat: float | None
    grid: str


@dataclass(frozen=True)
class Redrawn:
    """What the change comes to; `moved` is the new community of each unit that gets one."""

    divisions: Mapping[str, Division] = field(default_factory=dict)
    ended: tuple[str, ...] = ()
    moved: Mapping[UUID, str] = field(default_factory=dict)
    left: Mapping[UUID, str] = field(default_factory=dict)
    begun: tuple[Begun, ...] = ()
    members: Mapping[int, tuple[UUID, ...]] = field(default_factory=dict)
    retired: tuple[str, ...] = ()
    passings: tuple[Passing, ...] = ()


def redraw(said: Sequence[Becomes]) -> Redrawn:
    """Work the whole change out, write nothing; raises DivisionsWrong with each row's fault."""
    known = {d.code: d for d in Division.objects.filter(valid_until=None)}
    rows = _with_communities(said, known)
    _check(rows, known)
    of_community = _by_old(rows, Level.COMMUNITY)
    homes = _homes([*of_community, *(r.new for rs in of_community.values() for r in rs)])
    after = _after(of_community, homes)
    divisions = _divisions(rows, known, homes, after)
    grids = _Regrouped(homes, after, {code: d.name for code, d in divisions.items()}, known)
    passings = (
        *_community_passings(of_community, homes, after, known),
        *_town_passings(rows, homes, after, known),
        *grids.passings,
    )
    alive = {row.new for row in rows} | _staying(homes, after)
    return Redrawn(
        divisions=divisions,
        ended=tuple(sorted({row.old for row in rows} - alive)),
        moved={h.id: after[h.id] for h in homes if after[h.id] != h.community},
        left={h.id: h.community for h in homes if after[h.id] != h.community},
        begun=tuple(grids.begun),
        members=grids.members,
        retired=tuple(sorted(grids.retired)),
        passings=passings,
    )


def _with_communities(said: Sequence[Becomes], known: Mapping[str, Division]) -> list[Becomes]:
    """Add a row for each community that its town takes along."""
    own = {row.old for row in said}
    found, wrong = list(said), []
    for town, rows in _by_old(said, Level.TOWN).items():
        below = [c for c in sorted(known) if len(c) > len(town) and c.startswith(town)]
        left = [code for code in below if code not in own]
        if len(rows) > 1:
            wrong += [(code, "which_town") for code in left]
        elif rows[0].new != town:
            found += [Becomes(code, rows[0].new + code[len(town) :]) for code in left]
    _refuse(wrong)
    taken = {row.new for row in said} | ({*known} - {row.old for row in found})
    _refuse((row.new, "taken") for row in found[len(said) :] if row.new in taken)
    return found


def _check(rows: Sequence[Becomes], known: Mapping[str, Division]) -> None:
    """Refuse what cannot be: levels that differ, areas nobody knows, codes that come back."""
    once = set(Division.objects.exclude(valid_until=None).values_list("code", flat=True))
    alive = ({*known} - {row.old for row in rows}) | {row.new for row in rows}
    pairs = [(row.old, row.new) for row in rows]
    wrong: list[tuple[str, str]] = [
        *((row.old, "unknown") for row in rows if row.old not in known),
        *((row.old, "other_level") for row in rows if len(row.old) != len(row.new)),
        *((row.old, "is_city") for row in rows if level_of(row.old) is Level.CITY),
        *((row.new, "came_back") for row in rows if row.new in once - {*known}),
        *((old, "twice") for old, new in set(pairs) if pairs.count((old, new)) > 1),
        *((code, "no_parent") for code in sorted(alive)
          if level_of(code) is Level.COMMUNITY and code[:9] not in alive),
    ]  # fmt: skip
    _refuse(wrong)


def _homes(communities: Iterable[str]) -> list[Home]:
    """Read the units in force of communities, each with its grid."""
    found: list[Home] = []
    for some in in_parts(sorted(set(communities))):
        held = Membership.objects.filter(unit__community_code__in=some, valid_until=None)
        grid = dict(held.values_list("unit_id", "grid__code"))
        there = Unit.objects.filter(community_code__in=some, valid_until=None).order_by("code")
        found += [
            Home(*row, grid.get(row[0], ""))
            for row in there.values_list(
                "id", "code", "community_code", "households", "lon", "lat"
            )
        ]
    return found


def _after(
    of_community: Mapping[str, Sequence[Becomes]], homes: Sequence[Home]
) -> dict[UUID, str]:
    """Say in which community each unit lies from now on."""
    after: dict[UUID, str] = {}
    by_old: dict[str, list[Home]] = defaultdict(list)
    for home in homes:
        after[home.id] = home.community
        by_old[home.community].append(home)
    wrong: list[tuple[str, str]] = []
    for old, rows in of_community.items():
        chosen = _chosen(rows, by_old[old])
        wrong += [(home.code, "unit_nowhere") for home in by_old[old] if home.id not in chosen]
        after |= chosen
    _refuse(wrong)
    return after


def _chosen(rows: Sequence[Becomes], homes: Sequence[Home]) -> dict[UUID, str]:
    """Choose each unit's part: the only one, the one that lists it, or whose outline holds it."""
    if len(rows) == 1:
        return {home.id: rows[0].new for home in homes}
    listed = {unit: row.new for row in rows for unit in row.units}
    found = {home.id: listed[home.code] for home in homes if home.code in listed}
    drawn = [row for row in rows if row.outline]
    points = [h for h in homes if h.id not in found and h.lon is not None and h.lat is not None]
    if drawn and points:
        shapes = np.asarray(shapely.from_geojson([row.outline for row in drawn]), dtype=object)
        dots = shapely.points([h.lon or 0.0 for h in points], [h.lat or 0.0 for h in points])
        which, shape = shapely.STRtree(shapes).query(dots, predicate="intersects")
        for dot, place in zip(which.tolist(), shape.tolist(), strict=True):
            found.setdefault(points[dot].id, drawn[place].new)
    return found


class _Regrouped:
    """The grids whose units come to lie in another community, under codes of their own there.

    A grid that moves as a whole keeps its serial where nobody ever had it; one that is cut ends,
    and each part begins anew.
    """

    def __init__(
        self,
        homes: Sequence[Home],
        after: Mapping[UUID, str],
        names: Mapping[str, str],
        known: Mapping[str, Division],
    ) -> None:
        self._names = {code: division.name for code, division in known.items()} | dict(names)
        self.begun: list[Begun] = []
        self.members: dict[int, tuple[UUID, ...]] = {}
        self.retired: set[str] = set()
        self.passings: list[Passing] = []
        parts: dict[str, dict[str, list[Home]]] = defaultdict(lambda: defaultdict(list))
        for home in homes:
            if home.grid:
                parts[home.grid][after[home.id]].append(home)
        moving = {g: p for g, p in parts.items() if set(p) != {part(g, Level.COMMUNITY)}}
        taken = codes_taken({community for p in moving.values() for community in p})
        self._taken = {community: set(codes) for community, codes in taken.items()}
        for grid in sorted(moving):
            self._cut(grid, moving[grid])
        self._empty(homes, after)

    def _cut(self, grid: str, parts: Mapping[str, Sequence[Home]]) -> None:
        self.retired.add(grid)
        whole = sum(home.households for members in parts.values() for home in members)
        units = sum(len(members) for members in parts.values())
        for community in sorted(parts, key=lambda c: (-len(parts[c]), c)):
            members = parts[community]
            households = sum(home.households for home in members)
            code = self._code(community, grid)
            label = len(self.begun) + 1
            name = name_of_grid(self._names[community], code)
            self.begun.append(Begun(label, code, name, community, households, len(members)))
            self.members[label] = tuple(home.id for home in members)
            share = households / whole if whole else len(members) / units
            self.passings.append(Passing(grid, code, households, share))

    def _code(self, community: str, grid: str) -> str:
        """Give the same serial where it is free, else the next one of its kind."""
        taken = self._taken.setdefault(community, set())
        serial = int(grid[12:])
        first = DEDICATED_FROM if serial >= DEDICATED_FROM else 1
        last = MOST_SERIALS if serial >= DEDICATED_FROM else DEDICATED_FROM - 1
        used = {int(code[12:]) for code in taken}
        if serial in used:
            highest = max((each for each in used if first <= each <= last), default=first - 1)
            serial = highest + 1
        if serial > last:
            raise NoSerialLeft(community=community, wanted=1, last=last)
        code = f"{community}{serial:03d}"
        taken.add(code)
        return code

    def _empty(self, homes: Sequence[Home], after: Mapping[UUID, str]) -> None:
        """End the grids without a unit of communities that nobody is left in."""
        left: dict[str, set[str]] = defaultdict(set)
        for home in homes:
            left[home.community].add(after[home.id])
        gone = sorted(old for old, new in left.items() if old not in new)
        held = {home.grid for home in homes}
        for some in in_parts(gone):
            there = Grid.objects.filter(community_code__in=some, valid_until=None)
            for code in there.order_by("code").values_list("code", flat=True):
                if code not in held:
                    self.retired.add(code)
                    heir = min(left[part(code, Level.COMMUNITY)])
                    self.passings.append(Passing(code, heir, 0, 1.0))


def _divisions(
    rows: Sequence[Becomes],
    known: Mapping[str, Division],
    homes: Sequence[Home],
    after: Mapping[UUID, str],
) -> dict[str, Division]:
    """Describe each division that begins or changes, from the row and from what it is made of."""
    by_new: dict[str, list[Becomes]] = defaultdict(list)
    for row in rows:
        by_new[row.new].append(row)
    number = {old: len(each) for old, each in _by_old(rows).items()}
    lived: dict[tuple[str, str], int] = defaultdict(int)
    for home in homes:
        lived[home.community, after[home.id]] += home.households
    return {
        new: _division(new, parts, known, number, lived) for new, parts in sorted(by_new.items())
    }


def _division(
    new: str,
    parts: Sequence[Becomes],
    known: Mapping[str, Division],
    number: Mapping[str, int],
    lived: Mapping[tuple[str, str], int],
) -> Division:
    here = known.get(new)
    is_whole = all(number[row.old] == 1 for row in parts)
    others = [known[row.old] for row in parts if row.old != new]
    before = ([here] if here is not None else []) + others
    largest = here or max(before, key=lambda d: (d.households, d.code))
    said = next((row for row in parts if row.name), None)
    homes = sum(number for (_, to), number in lived.items() if to.startswith(new))
    return Division(
        code=new,
        level=level_of(new),
        name=said.name if said else largest.name,
        kind=next((row.kind for row in parts if row.kind), largest.kind),
        households=sum(d.households for d in before) if is_whole else homes,
        residents=sum(d.residents for d in before) if is_whole else 0,
        lon=largest.lon,
        lat=largest.lat,
        outline=_outline(new, parts, before, is_whole=is_whole),
    )


def _outline(
    new: str, parts: Sequence[Becomes], before: Sequence[Division], *, is_whole: bool
) -> str:
    """Take the outline that is said; else put those of the parts together, if all are known."""
    said = next((row.outline for row in parts if row.outline), "")
    if said or not is_whole or not all(division.outline for division in before):
        return said
    if len(before) == 1:
        return before[0].outline
    shapes = shapely.from_geojson([division.outline for division in before])
    return str(shapely.to_geojson(shapely.set_precision(shapely.union_all(shapes), 1e-7)))


def _community_passings(
    of_community: Mapping[str, Sequence[Becomes]],
    homes: Sequence[Home],
    after: Mapping[UUID, str],
    known: Mapping[str, Division],
) -> Iterator[Passing]:
    """Say which share of each community goes where; who takes in others keeps all of its own."""
    weights: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for home in homes:
        households, units = weights[home.community].get(after[home.id], (0, 0))
        weights[home.community][after[home.id]] = (households + home.households, units + 1)
    for old, rows in of_community.items():
        if not weights[old]:
            share = known[old].households // len(rows)
            weights[old] = {row.new: (share, 1) for row in rows}
    takers = {new for old, to in weights.items() for new in to if new != old}
    for old in sorted(weights):
        if old in takers or set(weights[old]) != {old}:
            yield from _shared(old, weights[old])
    for old in sorted(takers & {*known} - {*weights}):
        yield Passing(old, old, known[old].households, 1.0)


def _town_passings(
    rows: Sequence[Becomes],
    homes: Sequence[Home],
    after: Mapping[UUID, str],
    known: Mapping[str, Division],
) -> Iterator[Passing]:
    """Say which share of each town goes where, by the communities that change town."""
    to: dict[str, list[str]] = {c: [c] for c in known if level_of(c) is Level.COMMUNITY}
    to |= {old: [r.new for r in each] for old, each in _by_old(rows, Level.COMMUNITY).items()}
    lived: dict[tuple[str, str], int] = defaultdict(int)
    others = Unit.objects.filter(valid_until=None).values_list("community_code")
    for community, households in others.annotate(Sum("households")):
        lived[community, community] = households
    for home in homes:
        lived[home.community, home.community] = 0
    for home in homes:
        lived[home.community, after[home.id]] += home.households
    weights: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for old, news in to.items():
        for new in news:
            homes_there = lived.get((old, new)) or known[old].households // len(news)
            households, communities = weights[old[:9]].get(new[:9], (0, 0))
            weights[old[:9]][new[:9]] = (households + homes_there, communities + 1)
    for old, each in _by_old(rows, Level.TOWN).items():
        if not weights[old]:
            weights[old] = {row.new: (0, 1) for row in each}
    takers = {new for old, each in weights.items() for new in each if new != old}
    for old in sorted(weights):
        if old in takers or set(weights[old]) != {old}:
            yield from _shared(old, weights[old])


def _shared(old: str, weights: Mapping[str, tuple[int, int]]) -> Iterator[Passing]:
    households = sum(homes for homes, _ in weights.values())
    number = sum(units for _, units in weights.values())
    for new, (homes, units) in sorted(weights.items()):
        yield Passing(old, new, homes, homes / households if households else units / number)


def _staying(homes: Sequence[Home], after: Mapping[UUID, str]) -> set[str]:
    return {home.community for home in homes if after[home.id] == home.community}


def _by_old(rows: Iterable[Becomes], *levels: Level) -> dict[str, list[Becomes]]:
    found: dict[str, list[Becomes]] = defaultdict(list)
    for row in rows:
        if not levels or level_of(row.old) in levels:
            found[row.old].append(row)
    return dict(found)


def _refuse(wrong: Iterable[tuple[str, str]]) -> None:
    faults = [{"code": code, "what": what} for code, what in sorted(set(wrong))]
    if faults:
        raise DivisionsWrong(rows=faults[:100], count=len(faults))
