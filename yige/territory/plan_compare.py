"""Two plans side by side: which households change grid, not which lines lie elsewhere."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from yige.base.access import Actor, within
from yige.territory import access, queries
from yige.territory.errors import AreasDiffer
from yige.territory.models import Membership, Plan, PlanUnit
from yige.territory.queries import in_force


@dataclass(frozen=True, slots=True)
class Flow:
    """Households that leave the heir of one grid for another; "" is no grid."""

    old: str
    new: str
    community: str
    community_code: str
    households: int
    units: int

    @property
    def name(self) -> str:
        """What the map writes on it."""
        return arrow(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes from one plan, or the net in force, to another.

    `units` names the change of each unit that has one, `before` gives the grid of each unit, and
    `heirs` what each of those grids goes on as.
    """

    old: str
    new: str
    households: int
    moved_households: int
    moved_units: int
    same: int
    opened: int
    closed: int
    flows: tuple[Flow, ...]
    units: Mapping[str, str]
    before: Mapping[str, str]
    heirs: Mapping[str, str]


def compare(actor: Actor, old: UUID | None, new: UUID, *, at: datetime) -> Comparison:
    """Compare a plan with another of the same area, or (None) with the net in force.

    Each grid goes on as the one that takes over most of its households; whoever is not there
    changes grid. Raises PlanMissing, or AreasDiffer.
    """
    later = access.plan_for(actor, new)
    earlier = access.plan_for(actor, old) if old else None
    if earlier is not None and earlier.area_code != later.area_code:
        raise AreasDiffer(areas=[earlier.area_code, later.area_code])
    homes, after = _of_plan(later)
    before_homes, before = _of_plan(earlier) if earlier else _of_net(later.area_code, at)
    homes |= before_homes
    heir = _heirs(before, after, homes)
    moved = {
        unit: (before.get(unit, ""), after.get(unit, ""))
        for unit in sorted(before.keys() | after.keys())
        if unit not in before or unit not in after or heir.get(before[unit]) != after[unit]
    }
    return Comparison(
        old=earlier.name if earlier else "",
        new=later.name,
        households=sum(homes.values()),
        moved_households=sum(homes[unit] for unit in moved),
        moved_units=len(moved),
        same=_unchanged(before, after),
        opened=len(set(after.values()) - set(heir.values())),
        closed=len(set(before.values()) - set(heir)),
        flows=_flows(moved, homes),
        units={unit: arrow(_short(old_grid), new_grid) for unit, (old_grid, new_grid) in
               moved.items()},
        before=before,
        heirs=heir,
    )  # fmt: skip


def arrow(old: str, new: str) -> str:
    """Write from which grid to which."""
    return f"{old or '—'} → {new or '—'}"


def _short(grid: str) -> str:
    """Shorten the code of a grid of the net to its number in the community."""
    return grid[12:] or grid


def _of_plan(plan: Plan) -> tuple[dict[str, int], dict[str, str]]:
    return _read(plan.units.all(), "label")


def _of_net(area: str, at: datetime) -> tuple[dict[str, int], dict[str, str]]:
    there = Membership.objects.filter(in_force(at), within(area, field="unit__community_code"))
    return _read(there, "grid__code")


def _read(
    rows: "QuerySet[PlanUnit] | QuerySet[Membership]", grid: str
) -> tuple[dict[str, int], dict[str, str]]:
    homes: dict[str, int] = {}
    grids: dict[str, str] = {}
    for unit, name, households in rows.values_list("unit__code", grid, "unit__households"):
        homes[unit], grids[unit] = households, str(name)
    return homes, grids


def _heirs(
    before: Mapping[str, str], after: Mapping[str, str], homes: Mapping[str, int]
) -> dict[str, str]:
    """Pair grids one to one, those that share most households first."""
    shared: Counter[tuple[str, str, str]] = Counter()
    for unit in before.keys() & after.keys():
        shared[unit[:12], before[unit], after[unit]] += homes[unit]
    heir: dict[str, str] = {}
    taken: set[str] = set()
    for (_, old, new), _homes in sorted(shared.items(), key=lambda each: (-each[1], each[0])):
        if old not in heir and new not in taken:
            heir[old] = new
            taken.add(new)
    return heir


def _unchanged(before: Mapping[str, str], after: Mapping[str, str]) -> int:
    """Count the grids whose units are the very same."""
    sets: list[set[frozenset[str]]] = []
    for side in (before, after):
        members: dict[str, set[str]] = {}
        for unit, grid in side.items():
            members.setdefault(grid, set()).add(unit)
        sets.append({frozenset(each) for each in members.values()})
    return len(sets[0] & sets[1])


def _flows(moved: Mapping[str, tuple[str, str]], homes: Mapping[str, int]) -> tuple[Flow, ...]:
    parts: dict[tuple[str, str, str], list[str]] = {}
    for unit, (old, new) in moved.items():
        parts.setdefault((unit[:12], old, new), []).append(unit)
    names = queries.names_of({community for community, *_ in parts})
    flows = [
        Flow(_short(old), new, names[code], code, sum(homes[unit] for unit in units), len(units))
        for (code, old, new), units in parts.items()
    ]
    return tuple(sorted(flows, key=lambda flow: (-flow.households, flow.old, flow.new)))
