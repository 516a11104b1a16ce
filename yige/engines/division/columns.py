"""How far a community's plan is from the best there is: a bound by whole grids.

A plan is a choice of k sets in range that hold each unit once. Left to fractions, the least cost
of such a choice bounds J from below. The sets are too many to list: those that matter are found
one after another, as the cheapest for the present prices of the units (column generation). At any
prices, their sum and k times the cheapest set's remainder are a proved bound (Farley 1990).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, vstack
from scipy.sparse.csgraph import connected_components

from yige.engines.division.model import ONE
from yige.engines.division.problem import Floats, Ints, Problem
from yige.engines.division.sweep import MOST_HOUSEHOLDS, NEVER, Priced, Sweep

Units = tuple[int, ...]
AT_ONCE = 40
"""How many sets of a sweep are looked at."""
CALM = 0.7, 0.6, 0.05
"""Share of the best prices so far in those that are tried; how it falls; where it ends."""
NEAR = 1e-6
SHARE = 0.2
"""The part of the time that is left for choosing among the sets found."""


@dataclass(frozen=True)
class Proof:
    """What is proved of a community: J is at least `bound`; a better division if one was found."""

    bound: float
    better: Ints | None


def prove_by_grids(problem: Problem, units: Ints, labels: Ints, *, seconds: float) -> Proof | None:
    """Bound J of a community whose units have labels 0..k-1; None where it is too wide.

    Works within `seconds`, give or take one sweep. J counts cut edges and compound pieces.
    """
    if problem.upper > MOST_HOUSEHOLDS or len(units) < 2:
        return None
    search = _Search(problem, units, labels)
    if not search.sweep.is_feasible:
        return None
    return search.run(time.monotonic() + seconds)


@dataclass
class _Search:
    """The sets found so far, and the best bound."""

    problem: Problem
    units: Ints
    labels: Ints
    bound: float = 0.0
    sets: dict[Units, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problem, units = self.problem, self.units
        self.households = problem.households[units]
        place = np.full(problem.units, -1, dtype=np.int64)
        place[units] = np.arange(len(units))
        edges = place[problem.edges]
        self.edges = edges[(edges >= 0).all(axis=1)]
        compound = np.full(len(units), -1) if problem.compound is None else problem.compound[units]
        names, group = np.unique(compound, return_inverse=True)
        group = group.reshape(-1)
        self.group = group - 1 if len(names) and names[0] < 0 else group
        self.weight = problem.weights.compound
        if round(self.weight * ONE) == 0:
            self.group = np.full(len(units), -1)
        self.least = self.weight * len(np.unique(self.group[self.group >= 0]))
        self.sweep = Sweep(self.households, self.edges, self.group, round(self.weight * ONE))
        self.grids = int(self.labels.max()) + 1
        for grid in range(self.grids):
            self._keep(np.flatnonzero(self.labels == grid).tolist())
        self.today = sum(self.sets.values()) - self.least

    def run(self, until: float) -> Proof:
        """Find sets until the bound meets what fractions can reach, or the time is over."""
        began = time.monotonic()
        best, calm = np.zeros(0), CALM[0]
        while True:
            value, prices, fee = self._fractions()
            if not len(best):
                best = self.households * (value / max(1, self.households.sum()))
            tried = np.floor((calm * best + (1 - calm) * prices) * ONE).astype(np.int64)
            priced = self.sweep.price(tried, self.problem.upper)
            if self._bound(tried, priced):
                best = tried / ONE
            is_new = self._keep_sets(priced, prices, fee)
            reached = self._whole(value - self.least) <= self._whole(self.bound)
            late = time.monotonic() + SHARE * (time.monotonic() - began) > until
            if reached or self._whole(self.bound) >= self.today - NEAR or late:
                break
            if not is_new:
                if calm == 0:
                    break
                calm = calm * CALM[1] if calm > CALM[2] else 0.0
        return Proof(self._whole(self.bound), self._better(max(1.0, until - time.monotonic())))

    def _whole(self, bound: float) -> float:
        """Round a bound up to what J can be: whole where the compound's weight is whole."""
        return float(np.ceil(bound - NEAR)) if float(self.weight).is_integer() else bound

    def _fractions(self) -> tuple[float, Floats, float]:
        """Choose among the sets in fractions: the cost, each unit's price, and a grid's."""
        result: Any = linprog(
            np.array(list(self.sets.values())),
            A_eq=self._holding(list(self.sets)),
            b_eq=self._wanted(),
            bounds=(0, None),
            method="highs",
        )
        prices = result.eqlin.marginals
        return float(result.fun), prices[:-1], float(prices[-1])

    def _holding(self, sets: Sequence[Units]) -> Any:
        """Say which set holds which unit; the last row counts the sets."""
        sizes = [len(units) for units in sets]
        rows = np.concatenate([np.array(units) for units in sets])
        columns = np.repeat(np.arange(len(sizes)), sizes)
        held = coo_array((np.ones(len(rows)), (rows, columns)), (len(self.units), len(sizes)))
        return vstack([held, coo_array(np.ones((1, len(sizes))))], format="csc")

    def _wanted(self) -> Floats:
        """Each unit once, and so many sets as the plan has grids."""
        return np.append(np.ones(len(self.units)), float(self.grids))

    def _bound(self, tried: Ints, priced: Priced) -> bool:
        """Take the bound that these prices prove, if it is better."""
        least = int(priced.cost[self.problem.lower : self.problem.upper + 1].min())
        bound = (int(tried.sum()) + self.grids * least) / ONE - self.least
        if least >= NEVER or bound <= self.bound:
            return False
        self.bound = bound
        return True

    def _keep_sets(self, priced: Priced, prices: Floats, fee: float) -> bool:
        """Keep the cheapest sets of a sweep that would better the choice in fractions."""
        there = np.arange(self.problem.lower, self.problem.upper + 1)
        there = there[priced.cost[there] < NEVER]
        order = there[np.argsort(priced.cost[there], kind="stable")][:AT_ONCE]
        before = len(self.sets)
        for households in order.tolist():
            units = priced.units(households)
            if self._cost(units) - prices[units].sum() - fee < -NEAR:
                self._keep(units)
        return len(self.sets) > before

    def _keep(self, units: list[int]) -> None:
        self.sets.setdefault(tuple(units), self._cost(units))

    def _cost(self, units: list[int]) -> float:
        inside = np.zeros(len(self.units), dtype=np.bool_)
        inside[units] = True
        leaving = int((inside[self.edges[:, 0]] != inside[self.edges[:, 1]]).sum())
        groups = self.group[units]
        return leaving / 2 + self.weight * len(np.unique(groups[groups >= 0]))

    def _better(self, seconds: float) -> Ints | None:
        """Choose whole sets among those that are connected; None if today's are as good."""
        if self.today - self._whole(self.bound) < NEAR:
            return None
        sets = [units for units in self.sets if self._is_connected(units)]
        result: Any = milp(
            np.array([self.sets[units] for units in sets]),
            constraints=LinearConstraint(self._holding(sets), self._wanted(), self._wanted()),
            integrality=np.ones(len(sets), dtype=np.int64),
            bounds=Bounds(0, 1),
            options={"time_limit": seconds},
        )
        if result.x is None or result.fun - self.least > self.today - NEAR:
            return None
        labels = np.zeros(len(self.units), dtype=np.int64)
        for grid, place in enumerate(np.flatnonzero(result.x > 0.5).tolist()):
            labels[list(sets[place])] = grid
        return labels

    def _is_connected(self, units: Units) -> bool:
        place = np.full(len(self.units), -1, dtype=np.int64)
        place[list(units)] = np.arange(len(units))
        a, b = place[self.edges].T
        held = (a >= 0) & (b >= 0)
        links = coo_array((np.ones(int(held.sum()), np.int8), (a[held], b[held])),
                          (len(units), len(units)))  # fmt: skip
        return int(connected_components(links, directed=False)[0]) == 1
