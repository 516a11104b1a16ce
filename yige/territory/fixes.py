"""The shortest way to mend a grid: which units to move, and to which neighbour."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from yige.territory.ground import Figures, Ground, Ints

MOST_STEPS: Final = 12
"""How many units a way may move one after the other; more is a case for the engine."""


@dataclass(frozen=True, slots=True)
class Fix:
    """Units, by their codes, that join another grid; `households` is what moves with them."""

    units: tuple[str, ...]
    to: int
    households: int


def deviation(households: int, *, lower: int, upper: int) -> int:
    """Tell by how many households a grid lies below (-) or above (+) the range; 0 inside."""
    return min(households - lower, 0) or max(households - upper, 0)


def fixes_of(
    ground: Ground, labels: Ints, figures: Iterable[Figures], *, lower: int, upper: int
) -> dict[int, Fix]:
    """Find for each grid that is torn or out of range what mends it, or most of it, at least cost.

    Grids that no move betters are left out.
    """
    wrong = [
        each
        for each in figures
        if each.label and (each.pieces > 1 or deviation(each.households, lower=lower, upper=upper))
    ]
    if not wrong:
        return {}
    mending = _Mending(ground, labels, lower, upper)
    found = {each.label: mending.best(each) for each in wrong}
    return {label: fix for label, fix in found.items() if fix is not None}


class _Mending:
    """A labelling with what is asked of it again and again."""

    def __init__(self, ground: Ground, labels: Ints, lower: int, upper: int) -> None:
        self.ground, self.lower, self.upper = ground, lower, upper
        self.labels: list[int] = labels.tolist()
        self.homes: list[int] = ground.households.tolist()
        self.beside: list[list[int]] = [[] for _ in self.labels]
        for a, b in ground.edges.tolist():
            self.beside[a].append(b)
            self.beside[b].append(a)
        self.members: dict[int, set[int]] = {}
        for place, label in enumerate(self.labels):
            self.members.setdefault(label, set()).add(place)
        self.total = {
            label: sum(self.homes[place] for place in there)
            for label, there in self.members.items()
        }

    def best(self, grid: Figures) -> Fix | None:
        """Choose the way that leaves least out of range, and of those the one that moves least."""
        ways = [
            (cost, sum(self.homes[p] for p in group), len(group), to, sorted(group))
            for giver, group, to in self._ways(grid)
            if (cost := self._cost(giver, group, to)) is not None
        ]
        if not ways:
            return None
        _, homes, _, to, group = min(ways)
        return Fix(tuple(self.ground.codes[place] for place in group), to, homes)

    def _ways(self, grid: Figures) -> Iterator[tuple[int, set[int], int]]:
        """Give (from which grid, which units, to which grid) that may help."""
        label, near = grid.label, self._near(grid.label)
        if grid.pieces > 1:
            main = max(self._pieces(self.members[label]), key=self._weight)
            for piece in self._pieces(self.members[label] - main):
                yield from ((label, piece, to) for to in near)
        if grid.households > self.upper or grid.pieces > 1:
            for to in near:
                yield from ((label, group, to) for group in self._groups(label, to))
        if grid.households < self.lower:
            for giver in near:
                yield from ((giver, group, label) for group in self._groups(giver, label))

    def _groups(self, giver: int, to: int) -> Iterator[set[int]]:
        """Give whole buildings at the border of two grids, and units one after the other."""
        own = self.members[giver]
        edge = {p for p in own if any(self.labels[n] == to for n in self.beside[p])}
        numbers = {int(self.ground.building[place]) for place in edge} - {-1}
        for number in numbers:
            yield {place for place in own if self.ground.building[place] == number}
        group: set[int] = set()
        while edge and len(group) < min(MOST_STEPS, len(own) - 1):
            whole = [p for p in edge if self._is_one(own - group - {p})] or [*edge]
            # What has most of its neighbours on the other side leaves the smoothest border.
            step = min(whole, key=lambda p: (self._ties(p, own - group), p))
            group = group | {step}
            edge = (edge | ({*self.beside[step]} & own)) - group
            yield group

    def _cost(self, giver: int, group: set[int], to: int) -> int | None:
        """Count what stays out of range after a way, or None when it betters nothing."""
        rest, joined = self.members[giver] - group, self.members[to] | group
        if not rest or not self._is_one(joined):
            return None
        moved = self._weight(group)
        before = self._off(self.total[giver]) + self._off(self.total[to])
        after = self._off(self.total[giver] - moved) + self._off(self.total[to] + moved)
        torn = len(self._pieces(self.members[giver]))
        left = len(self._pieces(rest))
        if left > torn or (left == torn and after >= before):
            return None
        return after + (left - 1) * self.upper

    def _near(self, label: int) -> list[int]:
        here = self.members[label]
        kind = self.ground.community[min(here)]
        return sorted(
            {
                self.labels[n]
                for place in here
                for n in self.beside[place]
                if self.labels[n] not in (0, label) and self.ground.community[n] == kind
            }
        )

    def _off(self, households: int) -> int:
        return abs(deviation(households, lower=self.lower, upper=self.upper))

    def _weight(self, places: Iterable[int]) -> int:
        return sum(self.homes[place] for place in places)

    def _ties(self, place: int, own: set[int]) -> int:
        return sum(n in own for n in self.beside[place])

    def _is_one(self, places: set[int]) -> bool:
        return len(self._pieces(places)) <= 1

    def _pieces(self, places: set[int]) -> list[set[int]]:
        """Part places into those that hang together."""
        left, pieces = set(places), []
        while left:
            stack = [left.pop()]
            piece = set(stack)
            while stack:
                reached = left.intersection(self.beside[stack.pop()])
                left -= reached
                piece |= reached
                stack += reached
            pieces.append(piece)
        return pieces


def as_facts(fix: Fix | None) -> Mapping[str, object]:
    """Write a fix down with the figures of its grid."""
    return (
        {}
        if fix is None
        else {"fix": {"units": list(fix.units), "to": fix.to, "households": fix.households}}
    )
