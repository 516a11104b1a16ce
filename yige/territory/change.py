"""What a plan changes, worked out before anything is written. No database in here."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

G = TypeVar("G", int, str)


@dataclass(frozen=True, slots=True)
class Heir:
    """The part of an ended grid that a new one takes over."""

    old: str
    label: int
    households: int
    share: float


@dataclass(frozen=True)
class Change:
    """A plan against the net in force. Units by code, planned grids by label, old ones by code."""

    planned: Mapping[str, int]
    kept: Mapping[int, str]
    retired: frozenset[str]
    heirs: tuple[Heir, ...]
    moved: frozenset[str]
    moved_households: int

    @cached_property
    def opened(self) -> frozenset[int]:
        """The labels of grids that are new."""
        return frozenset(self.planned.values()) - frozenset(self.kept)

    @cached_property
    def main_heir(self) -> Mapping[str, int]:
        """The planned grid that takes over most of each ended one."""
        best: dict[str, Heir] = {}
        for heir in self.heirs:
            if heir.old not in best or heir.share > best[heir.old].share:
                best[heir.old] = heir
        return {old: heir.label for old, heir in best.items()}

    @property
    def is_empty(self) -> bool:
        """Tell whether the plan is the net already."""
        return not self.opened and not self.retired


def compare(
    now: Mapping[str, str], planned: Mapping[str, int], households: Mapping[str, int]
) -> Change:
    """Compare the grid of each unit today (none for a unit without) with the planned one.

    A grid whose units stay the same is kept with its code. `moved` are the units that leave the
    main heir of their old grid: for these the neighbours change, for the others only the code.
    """
    old_sets, new_sets = _sets(now), _sets(planned)
    same = {units: code for code, units in old_sets.items()}
    kept = {label: same[units] for label, units in new_sets.items() if units in same}
    retired = frozenset(old_sets) - frozenset(kept.values())
    heirs = tuple(
        heir for old in sorted(retired) for heir in _heirs(old, old_sets[old], planned, households)
    )
    change = Change(planned, kept, retired, heirs, frozenset(), 0)
    moved = frozenset(
        unit for old in retired for unit in old_sets[old] if planned[unit] != change.main_heir[old]
    )
    return Change(planned, kept, retired, heirs, moved, sum(households[unit] for unit in moved))


def _sets(groups: Mapping[str, G]) -> dict[G, frozenset[str]]:
    found: dict[G, set[str]] = defaultdict(set)
    for unit, group in groups.items():
        found[group].add(unit)
    return {group: frozenset(units) for group, units in found.items()}


def _heirs(
    old: str, units: Collection[str], planned: Mapping[str, int], households: Mapping[str, int]
) -> list[Heir]:
    """Share an ended grid out by households; by units where nobody lives in it."""
    homes: dict[int, int] = defaultdict(int)
    number: dict[int, int] = defaultdict(int)
    for unit in units:
        homes[planned[unit]] += households[unit]
        number[planned[unit]] += 1
    weights = homes if any(homes.values()) else number
    total = sum(weights.values())
    return [Heir(old, label, homes[label], weights[label] / total) for label in sorted(homes)]
