"""Proving how good a plan is: small communities solved exactly, by a solver for whole numbers.

The solver (OR-tools, CP-SAT) is an extra: `pip install yige[prove]`. Nothing else needs it.
"""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np

from yige.engines.division.model import ONE
from yige.engines.division.plan import Plan
from yige.engines.division.problem import Ints, Problem
from yige.kernel.errors import Unavailable

MOST_UNITS = 70


class SolverMissing(Unavailable):
    """The solver that proves plans is not installed; `install` names what brings it."""

    code = "division.solver_missing"


def prove(
    plan: Plan,
    *,
    seconds: float = 60.0,
    most_units: int = MOST_UNITS,
    workers: int = 8,
    progress: Callable[[float], None] = lambda done: None,
) -> Plan:
    """Prove J of communities of up to so many units, within `seconds` for each of them.

    Returns the plan with these bounds, and with better divisions where the solver found one.
    The solver tries several ways side by side (`workers`), which pays on two cores too.
    `progress` hears before each community which share of them is done, and may raise.
    Only communities that are allowed as they stand are tried, and none that holds a pinned unit.
    Raises SolverMissing.
    """
    solver = _solver()
    problem, labels = plan.problem, plan.labels.copy()
    wrong = {violation.grid for violation in plan.violations}
    proofs = dict(plan.proofs)
    names = np.unique(problem.community).tolist()
    for place, name in enumerate(names):
        progress(place / len(names))
        units = np.flatnonzero(problem.community == name)
        grids, index = np.unique(labels[units], return_inverse=True)
        pinned = problem.pinned is not None and bool((problem.pinned[units] >= 0).any())
        if pinned or len(units) > most_units or len(grids) < 2 or wrong & set(grids.tolist()):
            continue
        model = _Model(solver, problem, units, index.reshape(-1))
        bound, better = model.solve(seconds, workers)
        proofs[name] = max(bound, proofs.get(name, 0.0))
        if better is not None and _only_j(problem):
            labels[units] = grids[better]
    return replace(plan, labels=labels, proofs=proofs)


def _solver() -> Any:
    try:
        return import_module("ortools.sat.python.cp_model")
    except ImportError:
        raise SolverMissing(install="yige[prove]") from None


def _only_j(problem: Problem) -> bool:
    """Tell whether J is all that counts, so that a lower J is a better plan."""
    weights = problem.weights
    others = (weights.building, weights.firm, weights.barrier, weights.balance, weights.border)
    kept = problem.previous is not None and weights.moved > 0
    worked = problem.load is not None and weights.load > 0
    return not any(others) and not kept and not worked


class _Model:
    """One community as whole numbers: who is in which grid, which edges are cut.

    A grid is connected because each has one source, from which every unit of it draws one unit
    of flow over edges that are not cut.
    """

    def __init__(self, solver: Any, problem: Problem, units: Ints, today: Ints) -> None:
        self.solver, self.problem, self.units, self.today = solver, problem, units, today
        self.model = solver.CpModel()
        self.grids = int(today.max()) + 1
        place = np.full(problem.units, -1, dtype=np.int64)
        place[units] = np.arange(len(units))
        edges = place[problem.edges]
        self.edges = edges[(edges >= 0).all(axis=1)].tolist()
        self._number_by_first_unit()
        self._share()
        self._connect()
        self._price()

    def _number_by_first_unit(self) -> None:
        """Renumber today's grids as the model does: by their first unit."""
        names, first = np.unique(self.today, return_index=True)
        number = np.empty(len(names), dtype=np.int64)
        number[np.argsort(first)] = np.arange(len(names))
        self.today = number[self.today]

    def _share(self) -> None:
        """Give each unit to one grid, in range; a grid opens with its first unit, in order."""
        model, n, k = self.model, len(self.units), self.grids
        self.inside = [[model.new_bool_var("") for _ in range(k)] for _ in range(n)]
        self.source = [[model.new_bool_var("") for _ in range(k)] for _ in range(n)]
        households = self.problem.households[self.units].tolist()
        for u in range(n):
            model.add_exactly_one(self.inside[u])
            for g in range(k):
                model.add_implication(self.source[u][g], self.inside[u][g])
                earlier = [self.source[v][g] for v in range(u + 1)]
                model.add_bool_or([*earlier, self.inside[u][g].negated()])
                if g:
                    before = [self.source[v][g - 1] for v in range(u)]
                    model.add_bool_or([*before, self.source[u][g].negated()])
        for g in range(k):
            model.add_exactly_one(self.source[u][g] for u in range(n))
            held = sum(households[u] * self.inside[u][g] for u in range(n))
            model.add_linear_constraint(held, self.problem.lower, self.problem.upper)

    def _connect(self) -> None:
        model, n = self.model, len(self.units)
        self.cut = [model.new_bool_var("") for _ in self.edges]
        into: list[list[Any]] = [[] for _ in range(n)]
        for (a, b), cut in zip(self.edges, self.cut, strict=True):
            for g in range(self.grids):
                one, two = self.inside[a][g], self.inside[b][g]
                model.add_bool_or([cut, one.negated(), two])
                model.add_bool_or([cut, one, two.negated()])
            for start, end in ((a, b), (b, a)):
                flow = model.new_int_var(0, n - 1, "")
                model.add(flow <= (n - 1) * (1 - cut))
                into[end].append(flow)
                into[start].append(-flow)
        for u in range(n):
            supply = model.new_int_var(0, n, "")
            model.add(supply <= n * sum(self.source[u]))
            model.add(sum(into[u]) + supply == 1)

    def _price(self) -> None:
        model, price = self.model, [ONE * cut for cut in self.cut]
        compound = self.problem.compound
        names = np.zeros(0) if compound is None else compound[self.units]
        weight = round(ONE * self.problem.weights.compound)
        for name in np.unique(names[names >= 0]).tolist():
            members = np.flatnonzero(names == name).tolist()
            touches = [model.new_bool_var("") for _ in range(self.grids)]
            for g in range(self.grids):
                for u in members:
                    model.add_implication(self.inside[u][g], touches[g])
            model.add_bool_or(touches)
            price.append(weight * (sum(touches) - 1))
        model.minimize(sum(price))

    def solve(self, seconds: float, workers: int) -> tuple[float, Ints | None]:
        """Return a proved lower bound of J, and a division better than today's if found."""
        for u, own in enumerate(self.today.tolist()):
            for g in range(self.grids):
                self.model.add_hint(self.inside[u][g], g == own)
        engine = self.solver.CpSolver()
        engine.parameters.max_time_in_seconds = seconds
        engine.parameters.num_workers = workers
        status = engine.solve(self.model)
        bound = max(0.0, engine.best_objective_bound) / ONE
        if status not in (self.solver.OPTIMAL, self.solver.FEASIBLE):
            return bound, None
        found = np.array(
            [[engine.value(v) for v in row].index(1) for row in self.inside], dtype=np.int64
        )
        return bound, found if engine.objective_value / ONE < self._j() else None

    def _j(self) -> float:
        """Count today's J of this community."""
        cut = sum(self.today[a] != self.today[b] for a, b in self.edges)
        compound = self.problem.compound
        if compound is None:
            return float(cut)
        names = compound[self.units]
        known = names >= 0
        pairs = np.unique(np.column_stack((names[known], self.today[known])), axis=0)
        pieces = len(pairs) - len(np.unique(pairs[:, 0]))
        return float(cut + self.problem.weights.compound * pieces)
