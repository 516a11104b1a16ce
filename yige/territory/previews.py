"""What adopting a plan would change, by numbers and codes, before anything is written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from json import loads

import numpy as np

from yige.territory import net, queries
from yige.territory.addresses import short_name
from yige.territory.affected import in_parts, touched
from yige.territory.change import Change, compare
from yige.territory.fixes import deviation
from yige.territory.ground import Ground, Ints
from yige.territory.models import Grid, Plan, PlanGrid
from yige.territory.numbering import numbered
from yige.territory.plans import laid_out, refreshed


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a planned grid breaks."""

    label: int
    community: str
    what: str
    by: int


@dataclass(frozen=True, slots=True)
class Begun:
    """A grid that would begin: its code to be, and what it would hold."""

    label: int
    code: str
    name: str
    community_code: str
    households: int
    units: int


@dataclass(frozen=True, slots=True)
class Passing:
    """The part of an area that ends which passes to another."""

    old_code: str
    new_code: str
    households: int
    share: float


@dataclass(frozen=True)
class Preview:
    """What adoption would do. `main_heir` is where rows go that know only their ended grid."""

    net_version: int
    faults: tuple[Fault, ...]
    kept: int
    begun: tuple[Begun, ...]
    passings: tuple[Passing, ...]
    main_heir: Mapping[str, str]
    retired: tuple[str, ...]
    moved_units: int
    moved_households: int
    rooms: Mapping[str, Mapping[str, int]]

    @property
    def opened(self) -> Mapping[int, str]:
        """The code of each grid that would begin, by its label in the plan."""
        return {grid.label: grid.code for grid in self.begun}

    @property
    def renamed_households(self) -> int:
        """How many households would live in a grid of another code: their cards are reprinted."""
        return sum(passing.households for passing in self.passings)

    @property
    def communities(self) -> tuple[str, ...]:
        """The communities in which a grid would end or begin."""
        grids = (*self.retired, *(grid.code for grid in self.begun))
        return tuple(sorted({code[:12] for code in grids}))


def preview(plan: Plan, *, at: datetime) -> Preview:
    """Work out what adopting a plan would change, write nothing."""
    ground, labels = laid_out(plan, at)
    grids = refreshed(plan, ground, labels)
    change = change_of(ground, labels)
    codes = codes_of(grids, change)
    every = dict(change.kept) | codes
    return Preview(
        net_version=net.version(),
        faults=tuple(faults(plan, grids, ground, labels)),
        kept=len(change.kept),
        begun=begun_of(grids, codes),
        passings=passings(change, codes),
        main_heir={old: every[label] for old, label in change.main_heir.items()},
        retired=tuple(sorted(change.retired)),
        moved_units=len(change.moved),
        moved_households=change.moved_households,
        rooms=touched(change, area=plan.area_code),
    )


def faults(plan: Plan, grids: Mapping[int, PlanGrid], ground: Ground, labels: Ints) -> list[Fault]:
    """List what keeps the grids of a plan from being adopted.

    A grid spans communities where the state has drawn them anew since the plan was drawn.
    """
    found = []
    pairs = np.unique(np.column_stack((labels, ground.community)), axis=0)
    spans = Counter(pairs[:, 0].tolist())
    for grid in grids.values():
        if spans[grid.label] > 1:
            found.append(Fault(grid.label, grid.community_code, "communities", spans[grid.label]))
        if grid.pieces > 1:
            found.append(Fault(grid.label, grid.community_code, "pieces", grid.pieces))
        off = deviation(grid.households, lower=plan.lower, upper=plan.upper)
        if off and not grid.reason:
            found.append(Fault(grid.label, grid.community_code, "range", off))
    return found


def change_of(ground: Ground, labels: Ints) -> Change:
    """Compare the net in force with a labelling of its units."""
    now = {
        code: ground.grids[grid]
        for code, grid in zip(ground.codes, ground.grid.tolist(), strict=True)
        if grid >= 0
    }
    planned = dict(zip(ground.codes, labels.tolist(), strict=True))
    return compare(now, planned, dict(zip(ground.codes, ground.households.tolist(), strict=True)))


def codes_of(grids: Mapping[int, PlanGrid], change: Change) -> dict[int, str]:
    """Give each new grid its code, community by community."""
    opened: dict[str, list[int]] = defaultdict(list)
    for label in sorted(change.opened):
        opened[grids[label].community_code].append(label)
    codes: dict[int, str] = {}
    taken = codes_taken(opened)
    for community, labels in opened.items():
        middles = {label: _middle(grids[label]) for label in labels}
        codes |= numbered(labels, middles, taken=taken[community], community=community)
    return codes


def codes_taken(communities: Iterable[str]) -> Mapping[str, list[str]]:
    """List every grid code that communities have ever given, by community."""
    taken: dict[str, list[str]] = defaultdict(list)
    for some in in_parts(sorted(communities)):
        for code in Grid.objects.filter(community_code__in=some).values_list("code", flat=True):
            taken[code[:12]].append(code)
    return taken


def passings(change: Change, codes: Mapping[int, str]) -> tuple[Passing, ...]:
    """Say which share of each ended grid goes where."""
    every = dict(change.kept) | dict(codes)
    return tuple(
        Passing(heir.old, every[heir.label], heir.households, heir.share) for heir in change.heirs
    )


def name_of_grid(community: str, code: str) -> str:
    """Name a grid after its community and serial: 文昌03网格."""
    return f"{short_name(community)}{int(code[12:]):02d}网格"


def begun_of(grids: Mapping[int, PlanGrid], codes: Mapping[int, str]) -> tuple[Begun, ...]:
    """Name the grids that begin, by code, with what they hold."""
    names = queries.names_of({grids[label].community_code for label in codes})
    return tuple(
        Begun(
            label=label,
            code=code,
            name=name_of_grid(names[grids[label].community_code], code),
            community_code=grids[label].community_code,
            households=grids[label].households,
            units=grids[label].units,
        )
        for label, code in sorted(codes.items(), key=lambda each: each[1])
    )


def _middle(grid: PlanGrid) -> tuple[float, float]:
    facts = loads(grid.facts)
    return facts["lon"], facts["lat"]


def by_old(passed: Sequence[Passing]) -> dict[str, list[Passing]]:
    """Gather what passed by the area that ended, the largest share first."""
    found: dict[str, list[Passing]] = defaultdict(list)
    for each in sorted(passed, key=lambda p: (p.old_code, -p.share, p.new_code)):
        found[each.old_code].append(each)
    return dict(found)
