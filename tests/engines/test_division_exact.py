"""Proofs by the exact solver, held against every plan there is and against the search."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.engines.division_city import build_city
from tests.engines.division_oracle import allowed_plans, cost
from yige.engines.division import Plan, Problem, divide, prove


def ladder(households: list[int]) -> Problem:
    """Two rows of houses along a street in one community, each compound four houses."""
    half = len(households) // 2
    rows = [(i, i + 1) for i in range(len(households) - 1) if i != half - 1]
    return Problem(
        households=np.array(households),
        edges=np.array(rows + [(i, i + half) for i in range(half)]),
        community=np.full(len(households), 3),
        compound=np.arange(len(households)) // 3,
        lower=100,
        upper=160,
    )


def test_the_proof_is_the_best_of_all_plans_there_are_and_betters_a_poor_one() -> None:
    problem = ladder([30, 45, 40, 35, 50, 60, 40, 30])
    plans = sorted(allowed_plans(problem, 3), key=lambda labels: cost(problem, labels))
    poor = Plan(problem, np.array(plans[-1]))

    proved = prove(poor, seconds=20)

    best = cost(problem, plans[0])
    assert poor.objective.j > best
    assert proved.objective.j == best
    assert proved.violations == []
    assert proved.proofs == {3: best}
    assert [row.optimal for row in proved.bounds.communities] == [True]
    assert [row.optimal for row in poor.bounds.communities] == [False]


@pytest.mark.slow
def test_the_search_finds_the_proved_best_of_small_communities() -> None:
    city = build_city(units=300, communities=8, seed=2)
    plan = divide(city.problem())

    proved = prove(plan, seconds=20, most_units=50)

    sizes = np.bincount(city.community)
    small = [row for row in proved.bounds.communities
             if row.community in proved.proofs and sizes[row.community] <= 50]  # fmt: skip
    assert proved.violations == plan.violations
    assert len(small) >= 2
    assert all(row.optimal for row in small)
    assert proved.objective.j == plan.objective.j


def test_communities_out_of_range_or_pinned_are_left_unproved() -> None:
    houses = [30, 45, 40, 35, 50, 60, 40, 30]
    plan = divide(ladder(houses))
    pinned = replace(plan.problem, pinned=np.repeat([1, -1], [1, 7]))

    assert prove(Plan(plan.problem, np.repeat([0, 1], [1, 7]))).proofs == {}
    assert prove(Plan(pinned, plan.labels)).proofs == {}


def test_without_the_exact_solver_the_bound_by_whole_grids_remains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ortools.sat.python.cp_model", None)
    problem = ladder([30, 45, 40, 35, 50, 60, 40, 30])
    best = min(cost(problem, labels) for labels in allowed_plans(problem, 3))

    proved = prove(divide(problem), seconds=5)

    assert 0 < proved.proofs[3] <= best
