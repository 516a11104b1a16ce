"""Bounds by whole grids, held against every plan and every set there is."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.division_city import build_city
from tests.engines.division_oracle import allowed_plans, cost
from yige.engines.division import Plan, Problem, divide, prove
from yige.engines.division.columns import prove_by_grids
from yige.engines.division.model import ONE
from yige.engines.division.problem import Ints
from yige.engines.division.sweep import NEVER, Sweep

UNITS = 8
EDGES = list(combinations(range(UNITS), 2))


@st.composite
def neighbourhoods(draw: st.DrawFn) -> Problem:
    """Give a connected community of eight units with compounds and a range for three grids."""
    trunk = [(draw(st.integers(0, unit - 1)), unit) for unit in range(1, UNITS)]
    more = draw(st.lists(st.sampled_from(EDGES), max_size=8))
    households = draw(st.lists(st.integers(0, 60), min_size=UNITS, max_size=UNITS))
    compound = draw(st.lists(st.integers(-1, 2), min_size=UNITS, max_size=UNITS))
    lower = draw(st.integers(0, 60))
    return Problem(
        households=np.array(households),
        edges=np.array(sorted({*trunk, *more})),
        community=np.full(UNITS, 5),
        compound=np.array(compound),
        lower=lower,
        upper=max(1, lower + draw(st.integers(20, 200))),
    )


def priced_plainly(problem: Problem, profit: Ints) -> dict[int, int]:
    """Price every set of units: the least cost for each number of households."""
    assert problem.compound is not None
    least: dict[int, int] = {}
    for chosen in range(1 << UNITS):
        units = {unit for unit in range(UNITS) if chosen >> unit & 1}
        leaving = sum((a in units) != (b in units) for a, b in problem.edges.tolist())
        groups = {int(problem.compound[unit]) for unit in units} - {-1}
        price = leaving * ONE // 2 + 10 * ONE * len(groups)
        price -= sum(int(profit[unit]) for unit in units)
        households = sum(int(problem.households[unit]) for unit in units)
        if households <= problem.upper:
            least[households] = min(price, least.get(households, NEVER))
    return least


@given(problem=neighbourhoods(), prices=st.lists(st.integers(-5000, 30_000), min_size=UNITS,
                                                 max_size=UNITS))  # fmt: skip
@settings(max_examples=150)
def test_the_sweep_finds_the_cheapest_of_all_sets(problem: Problem, prices: list[int]) -> None:
    assert problem.compound is not None
    profit = np.array(prices)
    sweep = Sweep(problem.households, problem.edges, problem.compound, 10 * ONE)

    priced = sweep.price(profit, problem.upper)

    wanted = priced_plainly(problem, profit)
    found = {h: int(price) for h, price in enumerate(priced.cost) if price < NEVER}
    assert found == wanted
    for households, price in wanted.items():
        units = priced.units(households)
        assert int(problem.households[units].sum()) == households
        leaving = sum((a in units) != (b in units) for a, b in problem.edges.tolist())
        groups = {int(problem.compound[unit]) for unit in units} - {-1}
        assert leaving * ONE // 2 + 10 * ONE * len(groups) - profit[units].sum() == price


@given(problem=neighbourhoods(), number=st.integers(2, 4), nth=st.integers(0, 10_000))
@settings(max_examples=120)
def test_no_allowed_plan_goes_below_the_bound(problem: Problem, number: int, nth: int) -> None:
    plans = list(allowed_plans(problem, number))
    if not plans:
        return
    today = np.array(plans[nth % len(plans)])

    proof = prove_by_grids(problem, np.arange(UNITS), today, seconds=5)

    best = min(cost(problem, labels) for labels in plans)
    assert proof is not None
    assert proof.bound <= best
    if proof.better is not None:
        better = Plan(problem, proof.better)
        assert better.violations == []
        assert best <= better.objective.j < Plan(problem, today).objective.j


@pytest.mark.slow
def test_a_community_of_a_hundred_units_is_bounded_within_a_few_per_cent() -> None:
    city = build_city(units=400, communities=4, seed=2)
    plan = divide(city.problem())

    proved = prove(plan, seconds=60, most_units=0)

    weak = {row.community: row for row in plan.bounds.communities}
    sizes = np.bincount(city.community)
    large = [row for row in proved.bounds.communities if 70 <= sizes[row.community] <= 150]
    assert large
    for row in large:
        assert row.lower_bound is not None
        assert (weak[row.community].lower_bound or 0) < row.lower_bound <= row.j
        assert row.j - row.lower_bound <= 0.15 * row.j


def test_a_community_too_wide_to_sweep_is_left_without_a_bound() -> None:
    side = 18
    place = np.arange(side * side).reshape(side, side)
    across = np.column_stack([place[:, :-1].ravel(), place[:, 1:].ravel()])
    up = np.column_stack([place[:-1].ravel(), place[1:].ravel()])
    problem = Problem(
        households=np.full(side * side, 10),
        edges=np.concatenate([across, up]),
        community=np.zeros(side * side, dtype=np.int64),
    )

    labels = (place // side // 2 % 9).ravel()

    assert prove_by_grids(problem, np.arange(side * side), labels, seconds=1) is None
