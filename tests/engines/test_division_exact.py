"""Proofs by the exact solver, held against every plan there is and against the search."""

import sys

import numpy as np
import pytest

from tests.engines.division_city import build_city
from tests.engines.division_oracle import allowed_plans, cost
from yige.engines.division import Plan, Problem, SolverMissing, divide, prove


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

    small = [row for row in proved.bounds.communities if row.community in proved.proofs]
    assert proved.violations == plan.violations
    assert len(small) >= 2
    assert all(row.optimal for row in small)
    assert proved.objective.j == plan.objective.j


def test_communities_out_of_range_pinned_or_too_large_are_left_unproved() -> None:
    houses = [30, 45, 40, 35, 50, 60, 40, 30]
    plan = divide(ladder(houses))

    assert prove(plan, most_units=7).proofs == {}
    assert prove(Plan(plan.problem, np.repeat([0, 1], [1, 7]))).proofs == {}


def test_a_proof_without_the_solver_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ortools.sat.python.cp_model", None)

    with pytest.raises(SolverMissing) as refused:
        prove(divide(ladder([60, 50, 60, 50])))

    assert refused.value.facts == {"install": "yige[prove]"}
