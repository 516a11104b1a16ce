"""Proving how good a plan is: a bound by whole grids, and small communities solved exactly.

The exact solver (OR-tools, CP-SAT) is an extra: `pip install yige[prove]`. Without it the bounds
are those by whole grids alone.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from os import cpu_count
from typing import Any

import numpy as np

from yige.engines.division.columns import Proof, prove_by_grids
from yige.engines.division.model import ONE
from yige.engines.division.plan import Plan
from yige.engines.division.problem import Ints, Problem

MOST_UNITS = 70
"""Above so many units the exact solver is not asked."""
NEAR = 1e-6


def prove(
    plan: Plan,
    *,
    seconds: float = 60.0,
    most_units: int = MOST_UNITS,
    workers: int = 8,
    progress: Callable[[float], None] = lambda done: None,
) -> Plan:
    """Prove how far J of each community is from the least, within `seconds` for each of them.

    Returns the plan with these bounds, and with better divisions where one was found. A bound by
    whole grids is looked for wherever a community's map is narrow enough; what it leaves open in
    communities of up to `most_units` is given to the exact solver where that is installed (it
    tries several ways side by side, `workers`, which pays on two cores too).
    `progress` hears the share that is done, and may raise to end it.
    Only communities that are allowed as they stand are tried, and none that holds a pinned unit.
    """
    solver = _solver()
    problem, labels = plan.problem, plan.labels.copy()
    proofs = dict(plan.proofs)
    tried = _allowed(plan)

    def bounded(units: Ints) -> Proof | None:
        return prove_by_grids(problem, units, _numbered(labels[units]), seconds=seconds)

    found = _side_by_side(bounded, tried, progress)
    for done, (name, units) in enumerate(tried.items()):
        progress((1 + done / len(tried)) / 2)
        grids, index = np.unique(labels[units], return_inverse=True)
        by_grids = found[name] or Proof(0.0, None)
        bound, better = by_grids.bound, by_grids.better
        today = index.reshape(-1) if better is None else better
        if solver and len(units) <= most_units:
            model = _Model(solver, problem, units, today)
            if bound < model.j - NEAR:
                exact, still_better = model.solve(seconds, workers)
                bound = max(bound, exact)
                better = better if still_better is None else still_better
        if bound > 0:
            proofs[name] = max(bound, proofs.get(name, 0.0))
        if better is not None and _only_j(problem):
            labels[units] = grids[better]
    return replace(plan, labels=labels, proofs=proofs)


def _side_by_side(
    bounded: Callable[[Ints], Proof | None],
    tried: dict[int, Ints],
    progress: Callable[[float], None],
) -> dict[int, Proof | None]:
    """Bound communities in threads, the smallest first; each counts half of the whole."""
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        order = sorted(tried, key=lambda name: len(tried[name]))
        asked = {name: pool.submit(bounded, tried[name]) for name in order}
        try:
            for done, future in enumerate(asked.values()):
                progress(done / len(asked) / 2)
                future.result()
        except BaseException:
            for future in asked.values():
                future.cancel()
            raise
    return {name: future.result() for name, future in asked.items()}


def _allowed(plan: Plan) -> dict[int, Ints]:
    """Give the units of each community of two grids or more that is allowed as it stands."""
    problem, found = plan.problem, {}
    wrong = np.array(sorted({violation.grid for violation in plan.violations}), dtype=np.int64)
    for name in np.unique(problem.community).tolist():
        units = np.flatnonzero(problem.community == name)
        grids = np.unique(plan.labels[units])
        pinned = problem.pinned is not None and bool((problem.pinned[units] >= 0).any())
        if not pinned and len(grids) > 1 and not np.isin(grids, wrong).any():
            found[name] = units
    return found


def _numbered(labels: Ints) -> Ints:
    return np.unique(labels, return_inverse=True)[1].reshape(-1)


def _solver() -> Any:
    """Return the exact solver, or nothing where it is not installed."""
    try:
        return import_module("ortools.sat.python.cp_model")
    except ImportError:
        return None


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
        self.j = self._j()
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
        return bound, found if engine.objective_value / ONE < self.j else None

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
