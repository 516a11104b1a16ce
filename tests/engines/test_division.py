"""The division engine: every answer is checked by `check`, never by the search itself."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.division_city import City, build_city
from tests.engines.division_oracle import allowed_plans, cost
from yige.engines.division import Problem, Weights, check, divide, resplit


@pytest.fixture(scope="module")
def town() -> City:
    return build_city(units=900, communities=7, seed=5)


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    """A connected community of up to seven units with compounds, firms, borders and a river."""
    units = draw(st.integers(2, 7))
    edges = {(draw(st.integers(0, unit - 1)), unit) for unit in range(1, units)}
    others = [(a, b) for a in range(units) for b in range(a + 1, units) if (a, b) not in edges]
    extra = draw(st.lists(st.sampled_from(others), unique=True, max_size=6)) if others else []
    links = sorted(edges) + extra
    group = st.lists(st.integers(-1, 2), min_size=units, max_size=units)
    lower = draw(st.integers(10, 40))
    return Problem(
        households=np.array(draw(st.lists(st.integers(0, 40), min_size=units, max_size=units))),
        edges=np.array(links),
        edge_length=np.array([10.0 * (i + 1) for i in range(len(links))]),
        community=np.zeros(units, dtype=np.int64),
        compound=np.array(draw(group)),
        building=np.array(draw(group)),
        firm=np.array(draw(group)),
        barrier=np.array([draw(st.booleans()) for _ in links]),
        lower=lower,
        upper=lower + draw(st.integers(10, 60)),
        grids_per_community=np.array([draw(st.integers(1, min(3, units)))]),
        weights=Weights(
            compound=draw(st.sampled_from([0, 3, 10])),
            building=draw(st.sampled_from([0, 2])),
            firm=draw(st.sampled_from([0, 1])),
            barrier=draw(st.sampled_from([0, 4])),
            border=draw(st.sampled_from([0, 1])),
        ),
    )


@given(small_problems())
@settings(max_examples=50, deadline=None)
def test_a_small_community_gets_the_best_plan_there_is(problem: Problem) -> None:
    assert problem.grids_per_community is not None
    grids = int(problem.grids_per_community[0])

    plan = divide(problem, threads=1)

    assert plan.objective.total == pytest.approx(cost(problem, plan.labels.tolist()))
    best = min((cost(problem, labels) for labels in allowed_plans(problem, grids)), default=None)
    if best is None:
        assert check(problem, plan.labels)
    else:
        assert check(problem, plan.labels) == []
        assert plan.objective.total == pytest.approx(best)


def test_every_grid_of_a_town_is_connected_in_range_and_inside_its_community(town: City) -> None:
    problem = town.problem()

    plan = divide(problem)

    assert check(problem, plan.labels) == []
    assert plan.labels.max() + 1 == town.grids.sum()
    assert plan.interrupted is None


def test_the_same_seed_gives_the_same_plan_on_one_thread_or_two(town: City) -> None:
    problem = town.problem()

    first = divide(problem, seed=3, threads=1)

    assert np.array_equal(first.labels, divide(problem, seed=3, threads=1).labels)
    assert np.array_equal(first.labels, divide(problem, seed=3, threads=2).labels)
    assert not np.array_equal(first.labels, divide(problem, seed=4, threads=2).labels)


def test_listening_to_the_progress_does_not_change_the_plan(town: City) -> None:
    problem = town.problem()
    heard: list[tuple[float, float]] = []

    plan = divide(problem, progress=lambda *said: heard.append(said))

    shares = [share for share, _best in heard]
    assert heard[-1] == (1.0, plan.objective.j)
    assert shares == sorted(shares)
    assert np.array_equal(plan.labels, divide(problem).labels)


def test_more_effort_gives_better_plans_over_several_seeds(town: City) -> None:
    problem = town.problem()

    def mean(effort: str) -> float:
        plans = [divide(problem, seed=seed, effort=effort) for seed in range(1, 7)]
        assert all(check(problem, plan.labels) == [] for plan in plans)
        return float(np.mean([plan.objective.j for plan in plans]))

    assert mean("normal") < mean("quick")


def test_the_engine_chooses_the_number_of_grids_near_the_middle_of_the_range(town: City) -> None:
    problem = town.problem(grids_per_community=None)

    plan = divide(problem)

    assert check(problem, plan.labels) == []
    mean = town.households.sum() / (plan.labels.max() + 1)
    assert 280 <= mean <= 320


def test_another_number_of_grids_is_tried_where_the_natural_one_is_impossible() -> None:
    row = Problem(households=[250] * 3, edges=[(0, 1), (1, 2)], community=[7] * 3)  # type: ignore[arg-type]

    plan = divide(row)

    assert check(row, plan.labels) == []
    assert plan.labels.tolist() == [0, 1, 2]


def test_a_cancelled_division_returns_the_best_plan_so_far(town: City) -> None:
    problem = town.problem()

    plan = divide(problem, effort="best", progress=lambda share, best: False)

    assert plan.interrupted == "cancelled"
    assert [v for v in check(problem, plan.labels) if v.code == "division.not_connected"] == []
    assert plan.labels.max() + 1 == town.grids.sum()


def test_a_listener_that_raises_gets_the_plan_and_its_own_error_named(town: City) -> None:
    def hang_up(share: float, best: float) -> None:
        raise RuntimeError("the line is dead")

    plan = divide(town.problem(), effort="best", progress=hang_up)

    assert plan.interrupted == "RuntimeError: the line is dead"
    assert (plan.labels >= 0).all()


def test_a_pinned_grid_stays_as_it_is(town: City) -> None:
    free = divide(town.problem())
    held = free.labels == free.labels[100]
    problem = town.problem(pinned=np.where(held, 1, -1))

    plan = divide(problem, seed=2)

    assert check(problem, plan.labels) == []
    assert set(np.flatnonzero(plan.labels == plan.labels[100])) == set(np.flatnonzero(held))


def test_households_stay_where_leaving_is_dear(town: City) -> None:
    old = divide(town.problem(), seed=9, effort="quick")
    households = town.households.sum()

    def kept(moved: float) -> float:
        weights = Weights(moved=moved)
        plan = divide(town.problem(previous=old.labels, weights=weights), seed=2)
        assert check(plan.problem, plan.labels) == []
        return 1 - plan.objective.moved / float(households)

    assert kept(1.0) > 0.98
    assert kept(0.0) < 0.9


def test_a_new_unit_and_a_new_grid_are_taken_in_when_starting_from_an_old_plan(
    town: City,
) -> None:
    old = divide(town.problem(), seed=9).labels.copy()
    old[::50] = -1
    more = town.grids + (np.arange(len(town.grids)) == 2)
    problem = town.problem(previous=old, grids_per_community=more, weights=Weights(moved=1.0))

    plan = divide(problem)

    assert check(problem, plan.labels) == []
    follows = [grid.previous for grid in plan.report]
    assert len(set(follows) - {None}) >= town.grids.sum() - 1


def test_balance_and_load_draw_grids_together(town: City) -> None:
    load = np.random.default_rng(1).integers(0, 20, len(town.households))
    plain = divide(town.problem(load=load, weights=Weights(load=0)))
    even = divide(town.problem(load=load, weights=Weights(load=200, balance=100)))

    assert check(even.problem, even.labels) == []
    assert even.objective.balance < plain.objective.balance / 2
    assert even.objective.load < plain.objective.load / 2


def test_a_river_is_not_crossed_where_that_costs_much(town: City) -> None:
    river = np.abs(town.x[town.edges] - 330).min(axis=1) < 15
    river &= (town.x[town.edges[:, 0]] < 330) != (town.x[town.edges[:, 1]] < 330)
    free = divide(town.problem(barrier=river))
    kept = divide(town.problem(barrier=river, weights=Weights(barrier=20)))

    assert check(kept.problem, kept.labels) == []
    assert kept.objective.barriers < free.objective.barriers / 2


def test_one_community_is_divided_again_and_the_others_stay(town: City) -> None:
    problem = town.problem()
    first = divide(problem)

    again = resplit(problem, first.labels, 3, seed=8)

    rest = town.community != 3
    pairs = set(zip(first.labels[rest].tolist(), again.labels[rest].tolist(), strict=True))
    assert check(problem, again.labels) == []
    assert len(pairs) == len({a for a, _b in pairs}) == len({b for _a, b in pairs})


def test_one_community_is_divided_again_into_another_number_of_grids(town: City) -> None:
    problem = town.problem(grids_per_community=None)
    first = divide(town.problem())
    grids = int(town.grids[3]) + 1

    again = resplit(problem, first.labels, 3, grids=grids)

    assert len(np.unique(again.labels[town.community == 3])) == grids
    assert check(problem, again.labels) == []


def test_a_time_limit_is_kept_and_the_plan_is_allowed(town: City) -> None:
    problem = town.problem()

    plan = divide(problem, effort="best", seconds=0.5)

    assert check(problem, plan.labels) == []


def test_the_order_of_units_in_the_list_decides_nothing_about_being_allowed(town: City) -> None:
    order = np.random.default_rng(3).permutation(len(town.households))
    place = np.argsort(order)
    problem = Problem(
        households=town.households[order],
        edges=place[town.edges],
        community=town.community[order],
        compound=town.compound[order],
        grids_per_community=town.grids,
    )

    assert check(problem, divide(problem).labels) == []


@pytest.mark.slow
def test_a_city_of_the_bulletins_size_is_in_range_for_twenty_seeds() -> None:
    city = build_city()
    problem = city.problem()

    for seed in range(20):
        assert check(problem, divide(problem, seed=seed).labels) == []


@pytest.mark.slow
def test_a_second_process_finds_the_search_compiled() -> None:
    code = "from yige.engines.division.warm import warm; warm()"
    subprocess.run([sys.executable, "-c", code], check=True)
    count = (
        "from yige.engines.division.warm import warm; warm();"
        "from yige.engines.division.search import anneal;"
        "assert sum(anneal.stats.cache_hits.values()) > 0;"
        "assert not anneal.stats.cache_misses"
    )

    subprocess.run([sys.executable, "-c", count], check=True, env=dict(os.environ))


def test_a_change_in_any_compiled_file_makes_the_stored_code_stale() -> None:
    from yige.engines.division import model
    from yige.engines.division.search import anneal

    stamp = anneal._cache._cache_file._source_stamp  # type: ignore[attr-defined]
    folder = Path(model.__file__).parent
    compiled = {path.name for path in folder.glob("*.py") if "@compiled" in path.read_text()}

    assert stamp == model.EDITION
    assert {name for name, *_ in model.EDITION} == compiled


def test_a_replaced_problem_is_checked_anew(town: City) -> None:
    problem = town.problem()

    wider = replace(problem, upper=600)

    assert (wider.lower, wider.upper, wider.units) == (200, 600, problem.units)


def test_several_numbers_of_grids_are_tried_where_none_leads_into_the_range() -> None:
    households = np.array([60, 120, 170, 5, 5, 170, 170, 20])
    chain = np.column_stack([np.arange(7), np.arange(1, 8)])
    problem = Problem(households=households, edges=chain, community=np.zeros(8, dtype=np.int64),
                      lower=100, upper=180)  # fmt: skip

    plan = divide(problem, effort="quick")

    assert len(np.unique(plan.labels)) in range(4, 8)
    assert {wrong.code for wrong in check(problem, plan.labels)} <= {
        "division.below_range", "division.above_range",
    }  # fmt: skip
