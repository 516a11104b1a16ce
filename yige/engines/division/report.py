"""What a plan says about each grid, with a reason for every split and every grid out of range."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from yige.engines.division.bounds import Bounds
from yige.engines.division.check import Violation
from yige.engines.division.problem import Bools, Ints, Problem
from yige.engines.division.score import moved_households, successors
from yige.kernel.results import Facts


@dataclass(frozen=True)
class Reason:
    """Why something is as it is: a code and its facts, no sentence."""

    code: str
    facts: Facts


@dataclass(frozen=True)
class Piece:
    """The share of a compound that lies in a grid; grids: how many hold a part of it."""

    compound: int
    households: int
    of_households: int
    grids: int


@dataclass(frozen=True)
class GridReport:
    """One grid: what it holds, whom it touches, what it continues and why it is so."""

    grid: int
    community: int
    households: int
    units: int
    load: int | None
    pieces: list[Piece]
    neighbours: list[int]
    previous: int | None
    moved_households: int
    violations: list[Violation]
    reasons: list[Reason]


def report(
    problem: Problem, labels: Ints, bounds: Bounds, violations: list[Violation]
) -> list[GridReport]:
    """Report on every grid of a plan whose labels run from 0 without a gap."""
    if not problem.units:
        return []
    grids = int(labels.max()) + 1
    facts = _Facts(problem, labels, grids)
    follows = successors(problem, labels)
    moved = moved_households(problem, labels)
    wrong: dict[int, list[Violation]] = {}
    for violation in violations:
        wrong.setdefault(violation.grid, []).append(violation)
    reasons = _reasons(facts, bounds)
    return [
        GridReport(
            grid=grid,
            community=int(facts.community[grid]),
            households=int(facts.held[grid]),
            units=int(facts.units[grid]),
            load=None if facts.load is None else int(facts.load[grid]),
            pieces=facts.pieces.get(grid, []),
            neighbours=facts.neighbours[grid],
            previous=int(follows[grid]) if follows[grid] >= 0 else None,
            moved_households=int(moved[grid]),
            violations=wrong.get(grid, []),
            reasons=[*reasons.get(grid, []), *_why_wrong(facts, grid, wrong.get(grid, []))],
        )
        for grid in range(grids)
    ]


class _Facts:
    """Sums by grid and by compound that the reasons are made of."""

    def __init__(self, problem: Problem, labels: Ints, grids: int) -> None:
        self.problem, self.labels = problem, labels
        none = np.full(problem.units, -1, dtype=np.int64)
        self.compound = none if problem.compound is None else problem.compound
        self.units = np.bincount(labels, minlength=grids)
        self.held = np.bincount(labels, problem.households, grids).astype(np.int64)
        self.load = None
        if problem.load is not None:
            self.load = np.bincount(labels, problem.load, grids).astype(np.int64)
        self.order = np.argsort(labels, kind="stable")
        self.first = np.searchsorted(labels[self.order], np.arange(grids + 1))
        self.community = problem.community[self.order[self.first[:-1]]]
        self.neighbours = self._touching(grids)
        self.pieces = self._compounds()
        self.links = self._links()

    def _touching(self, grids: int) -> list[list[int]]:
        ends = self.labels[self.problem.edges]
        ends = ends[ends[:, 0] != ends[:, 1]]
        both = np.unique(np.concatenate((ends, ends[:, ::-1])), axis=0)
        where = np.searchsorted(both[:, 0], np.arange(grids + 1))
        return [both[where[g] : where[g + 1], 1].tolist() for g in range(grids)]

    def _compounds(self) -> dict[int, list[Piece]]:
        found: dict[int, list[Piece]] = {}
        known = np.flatnonzero(self.compound >= 0)
        table = np.column_stack((self.compound[known], self.labels[known]))
        rows, index = np.unique(table, axis=0, return_inverse=True)
        held = np.bincount(index.reshape(-1), self.problem.households[known], len(rows))
        names, place, many = np.unique(rows[:, 0], return_inverse=True, return_counts=True)
        total = np.bincount(place, held, len(names))
        for row in range(len(rows)):
            found.setdefault(int(rows[row, 1]), []).append(
                Piece(
                    compound=int(rows[row, 0]),
                    households=int(held[row]),
                    of_households=int(total[place[row]]),
                    grids=int(many[place[row]]),
                )
            )
        return found

    def _links(self) -> tuple[Ints, Ints]:
        a, b = self.problem.edges[:, 0], self.problem.edges[:, 1]
        source, target = np.concatenate((a, b)), np.concatenate((b, a))
        order = np.argsort(source, kind="stable")
        return target[order], np.searchsorted(source[order], np.arange(self.problem.units + 1))

    def near(self, unit: int) -> Ints:
        target, start = self.links
        return target[start[unit] : start[unit + 1]]

    def members(self, grid: int) -> Ints:
        return self.order[self.first[grid] : self.first[grid + 1]]

    def units_of(self, compound: int, grid: int) -> Ints:
        members = self.members(grid)
        return np.asarray(members[self.compound[members] == compound])

    def reach(self, first: int, free: Bools) -> list[int]:
        """List the free units that can be reached from one over free units."""
        met, found = {first}, [first]
        for unit in found:
            for other in self.near(unit).tolist():
                if free[other] and other not in met:
                    met.add(other)
                    found.append(other)
        return found

    def whole(self, units: set[int]) -> bool:
        """Tell whether units are connected among themselves."""
        if not units:
            return True
        waiting, left = [next(iter(units))], set(units)
        left.discard(waiting[0])
        while waiting:
            for other in self.near(waiting.pop()).tolist():
                if other in left:
                    left.discard(other)
                    waiting.append(other)
        return not left


def _reasons(facts: _Facts, bounds: Bounds) -> dict[int, list[Reason]]:
    """Give each grid with a part of a split compound the reason for the split."""
    parts: dict[int, dict[int, Piece]] = {}
    for grid, pieces in facts.pieces.items():
        for piece in pieces:
            if piece.grids > 1:
                parts.setdefault(piece.compound, {})[grid] = piece
    crowded = _crowded(bounds)
    reasons: dict[int, list[Reason]] = {}
    for compound, held in sorted(parts.items()):
        general = _general(facts, compound, held)
        main = max(held, key=lambda grid: (held[grid].households, -grid))
        for grid in sorted(held):
            other = grid if grid != main else min(set(held) - {main})
            community = int(facts.community[grid])
            reason = general or _local(facts, compound, main, other)
            if reason.code == "division.apart_costs_less" and community in crowded:
                reason = Reason(
                    "division.grids_need_pieces", {"compound": compound, **crowded[community]}
                )
            reasons.setdefault(grid, []).append(reason)
    return reasons


def _crowded(bounds: Bounds) -> dict[int, Facts]:
    """Find communities whose number of grids enforces more pieces than large compounds do."""
    by_size: dict[int, int] = {}
    for split in bounds.forced:
        by_size[split.community] = by_size.get(split.community, 0) + split.needs - 1
    return {
        row.community: {
            "community": row.community,
            "grids": row.grids,
            "forced_pieces": row.forced_pieces,
        }
        for row in bounds.communities
        if row.forced_pieces > by_size.get(row.community, 0)
    }


def _general(facts: _Facts, compound: int, held: dict[int, Piece]) -> Reason | None:
    """Find a reason that lies in the compound itself."""
    problem = facts.problem
    total = next(iter(held.values())).of_households
    told: Facts = {"compound": compound, "households": total, "grids": len(held)}
    if total > problem.upper:
        needs = -(-total // problem.upper)
        return Reason(
            "division.compound_above_upper", told | {"upper": problem.upper, "needs": needs}
        )
    communities = sorted({int(facts.community[grid]) for grid in held})
    if len(communities) > 1:
        return Reason(
            "division.compound_across_communities", told | {"communities": [*communities]}
        )
    units = np.concatenate([facts.units_of(compound, grid) for grid in held])
    if problem.pinned is not None and (problem.pinned[units] >= 0).any():
        return Reason("division.compound_pinned", told)
    if not facts.whole(set(units.tolist())):
        return Reason("division.compound_not_connected", told)
    return None


def _local(facts: _Facts, compound: int, main: int, small: int) -> Reason:
    """Say what would happen if the part in `small` joined the part in `main`."""
    problem = facts.problem
    units = facts.units_of(compound, small)
    many = int(problem.households[units].sum())
    told: Facts = {"compound": compound, "grid": main, "other_grid": small, "households": many}
    joined, rest = int(facts.held[main]) + many, int(facts.held[small]) - many
    if joined > problem.upper:
        return Reason(
            "division.grid_would_overfill", told | {"then": joined, "upper": problem.upper}
        )
    if rest < problem.lower:
        return Reason(
            "division.rest_would_fall_short", told | {"then": rest, "lower": problem.lower}
        )
    left = set(facts.members(small).tolist()) - set(units.tolist())
    if not facts.whole(left):
        return Reason("division.rest_would_tear", told)
    if not facts.whole(set(facts.members(main).tolist()) | set(units.tolist())):
        return Reason("division.parts_do_not_touch", told)
    near = np.concatenate([facts.near(unit) for unit in units.tolist()])
    added = int(np.isin(near, list(left)).sum()) - int((facts.labels[near] == main).sum())
    return Reason("division.apart_costs_less", told | {"edges_cut_instead": added})


def _why_wrong(facts: _Facts, grid: int, violations: list[Violation]) -> Iterator[Reason]:
    """Explain a grid out of range or torn by what can be seen in it."""
    problem = facts.problem
    for violation in violations:
        members = facts.members(grid)
        told: Facts = {"grid": grid, "households": int(facts.held[grid])}
        largest = int(members[problem.households[members].argmax()])
        community = problem.community == problem.community[members[0]]
        total = int(problem.households[community].sum())
        if problem.pinned is not None and problem.pinned[members[0]] >= 0:
            yield Reason("division.pinned_so", told)
        elif violation.code == "division.above_range" and (
            problem.households[largest] > problem.upper
        ):
            yield Reason("division.unit_above_upper", told | {"unit": largest})
        elif violation.code == "division.below_range" and total < problem.lower:
            yield Reason("division.community_below_lower", told | {"lower": problem.lower})
        elif violation.code == "division.not_connected":
            yield Reason("division.piece_below_lower", told | {"lower": problem.lower})
        else:
            yield _why_out_of_range(facts, members, told)


def _why_out_of_range(facts: _Facts, members: Ints, told: Facts) -> Reason:
    """Explain a grid that misses the range though each of its units would fit.

    Units above the range fill grids of their own, as pinned units do; what they leave of the
    community is divided piece by piece, and a piece may fit no whole number of grids.
    """
    problem = facts.problem
    place = problem.community == problem.community[members[0]]
    large = place & (problem.households > problem.upper)
    free = place & ~large
    if problem.pinned is not None:
        free &= problem.pinned < 0
    piece = facts.reach(int(members[0]), free)
    total = int(problem.households[piece].sum())
    told = told | {"lower": problem.lower, "upper": problem.upper}
    if not _fits(problem, total):
        around = {other for unit in piece for other in facts.near(unit).tolist() if large[other]}
        if around:
            cut_off: Facts = {"piece": total, "large_units": sorted(around)[:5]}
            return Reason("division.cut_off_by_large_units", told | cut_off)
        return Reason("division.no_number_of_grids_fits", told | {"piece": total})
    grids = len(np.unique(facts.labels[free]))
    held = int(problem.households[free].sum())
    counted: Facts = {"grids": grids, "in_all": held, "large_units": int(large.sum())}
    if grids and not grids * problem.lower <= held <= grids * problem.upper:
        return Reason("division.number_of_grids_does_not_fit", told | counted)
    grid, held = int(facts.labels[members[0]]), int(facts.held[facts.labels[members[0]]])
    beside = [g for g in facts.neighbours[grid] if facts.community[g] == facts.community[grid]]
    if held < problem.lower and beside:
        other = min(beside, key=lambda g: (facts.held[g], g))
        if (then := held + int(facts.held[other])) > problem.upper:
            return Reason("division.joined_would_overfill", told | {"with": other, "then": then})
    return Reason("division.no_better_found", told | counted)


def _fits(problem: Problem, households: int) -> bool:
    """Tell whether some whole number of grids can hold so many households in range."""
    fewest = -(-households // problem.upper)
    return households > 0 and fewest * problem.lower <= households
