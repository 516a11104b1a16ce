"""The checker and the words a broken problem or an impossible community is answered with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yige.engines.division import (
    InvalidProblem,
    Plan,
    Problem,
    Weights,
    check,
    divide,
    explain_infeasible,
)


def row(households: list[int], **facts: object) -> Problem:
    """Units in a row, all in community 7 unless said otherwise."""
    units = len(households)
    given: dict[str, object] = {
        "households": households,
        "edges": [(unit, unit + 1) for unit in range(units - 1)],
        "community": [7] * units,
    }
    return Problem(**(given | facts))  # type: ignore[arg-type]


def codes(problem: Problem, labels: list[int]) -> list[str]:
    return [violation.code for violation in check(problem, labels)]


def test_the_checker_sees_each_way_of_being_wrong() -> None:
    problem = row([150] * 6, community=[1, 1, 1, 1, 2, 2], grids_per_community=[2, 1])

    assert codes(problem, [0, 0, 1, 1, 2, 2]) == []
    assert codes(problem, [0, 1, 0, 1, 2, 2]) == ["division.not_connected"] * 2
    assert codes(problem, [0, 1, 1, 1, 2, 2]) == ["division.below_range", "division.above_range"]
    assert codes(problem, [0, 0, 1, 2, 2, 2]) == [
        "division.below_range",
        "division.above_range",
        "division.crosses_community",
        "division.wrong_number",
    ]
    assert codes(problem, [0, 0, 1, 1, 2, -1]) == ["division.unlabelled"]
    assert codes(problem, [0, 0, 1]) == ["division.wrong_length"]
    assert codes(row([150] * 4, pinned=[3, 3, -1, -1]), [0, 0, 1, 1]) == []
    assert "division.pin_broken" in codes(row([150] * 4, pinned=[3, 3, -1, -1]), [0, 1, 1, 1])


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=60))
def test_the_checker_counts_pieces_as_a_walk_does(links: list[tuple[int, int]]) -> None:
    edges = sorted({(min(pair), max(pair)) for pair in links if pair[0] != pair[1]})
    labels = [unit % 3 for unit in range(30)]
    problem = row([10] * 30, edges=edges, lower=0, upper=400)

    torn = {v.grid: v.facts["pieces"] for v in check(problem, labels)}

    pieces = dict.fromkeys(range(3), 0)
    left = set(range(30))
    while left:
        waiting = [left.pop()]
        pieces[labels[waiting[0]]] += 1
        while waiting:
            here = waiting.pop()
            near = {a + b - here for a, b in edges if here in (a, b)}
            more = {unit for unit in near & left if labels[unit] == labels[here]}
            left -= more
            waiting += more
    assert torn == {grid: many for grid, many in pieces.items() if many > 1}


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"households": [10, -1, 5]}, "negative"),
        ({"households": [10, 10**9, 5]}, "too_many"),
        ({"households": [10, 1.5, 5]}, "not_whole_numbers"),
        ({"households": ["a", "b", "c"]}, "not_whole_numbers"),
        ({"community": [7, 7]}, "length"),
        ({"compound": [1]}, "length"),
        ({"edges": [(0, 3)]}, "unknown_unit"),
        ({"edges": [(1, 1)]}, "own_neighbour"),
        ({"edges": [(0, 1), (1, 0)]}, "edge_twice"),
        ({"edges": [0, 1]}, "length"),
        ({"x": [0.0, np.nan, 1.0]}, "not_finite"),
        ({"edge_length": [1.0]}, "length"),
        ({"edge_length": [1.0, -1.0]}, "negative"),
        ({"lower": 400, "upper": 200}, "range"),
        ({"grids_per_community": [1, 1]}, "length"),
        ({"grids_per_community": [0]}, "no_grid"),
        ({"community": [7, 8, 8], "pinned": [1, 1, -1]}, "pin_crosses_communities"),
    ],
)
def test_a_contradictory_problem_is_refused_by_name(
    facts: dict[str, object], problem: str
) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        row(**({"households": [10, 10, 5]} | facts))  # type: ignore[arg-type]

    assert refusal.value.code == "division.invalid_problem"
    assert refusal.value.facts["problem"] == problem


def test_a_weight_below_zero_is_refused() -> None:
    with pytest.raises(InvalidProblem):
        Weights(compound=-1)


def test_an_unknown_effort_is_refused() -> None:
    with pytest.raises(InvalidProblem):
        divide(row([300]), effort="heroic")


@pytest.mark.parametrize(
    ("households", "facts", "code", "change"),
    [
        ([30], {}, "division.community_below_lower", "division.widen_range"),
        ([300, 900, 250], {}, "division.unit_above_upper", "division.split_unit"),
        (
            [150] * 5,
            {"grids_per_community": [5]},
            "division.too_many_grids",
            "division.change_grids",
        ),
        (
            [150] * 5,
            {"grids_per_community": [1]},
            "division.too_few_grids",
            "division.change_grids",
        ),
        (
            [250] * 2,
            {"lower": 300, "upper": 400},
            "division.community_fits_no_number",
            "division.widen_range",
        ),
        ([300, 5], {"edges": []}, "division.piece_below_lower", "division.link_units"),
        ([250, 90], {"pinned": [-1, 4]}, "division.pin_out_of_range", "division.release_pin"),
        (
            [10, 150, 150, 150, 150],
            {"edges": [(0, unit) for unit in range(1, 5)]},
            "division.held_together",
            "division.link_behind",
        ),
        (
            [260] * 3,
            {"edges": [(0, 1), (1, 2), (0, 2)], "lower": 300, "upper": 400},
            "division.none_found",
            "division.widen_range",
        ),
    ],
)
def test_an_impossible_community_is_explained_with_a_way_out(
    households: list[int], facts: dict[str, object], code: str, change: str
) -> None:
    problem = row(households, **facts)

    plan = divide(problem)
    obstacles = explain_infeasible(problem)

    assert (plan.labels >= 0).all()
    assert plan.violations
    assert any(grid.reasons for grid in plan.report)
    assert obstacles[0].community == 7
    mine = next(obstacle for obstacle in obstacles if obstacle.code == code)
    assert change in [offered.code for offered in mine.changes]
    assert mine.proved == (code != "division.none_found")


def test_each_offered_range_makes_the_plan_possible() -> None:
    for households, lower, upper in (
        ([30], 200, 400),
        ([250, 250], 300, 400),
        ([260] * 3, 300, 400),
    ):
        problem = row(households, lower=lower, upper=upper)
        offered = [
            change.facts
            for obstacle in explain_infeasible(problem)
            for change in obstacle.changes
            if change.code == "division.widen_range"
        ]

        wider = row(households, **offered[0])

        assert divide(wider).violations == []


def test_joining_the_offered_neighbour_makes_a_small_community_possible() -> None:
    problem = row([150, 250, 250, 250], community=[1, 2, 2, 2])

    obstacle = explain_infeasible(problem)[0]

    join = next(c for c in obstacle.changes if c.code == "division.join_communities")
    assert (join.facts["community"], join.facts["with"]) == (1, 2)
    assert divide(row([150, 250, 250, 250])).violations == []


def test_a_possible_problem_has_nothing_to_explain() -> None:
    assert explain_infeasible(row([150] * 4)) == []


@pytest.mark.parametrize("households", [[], [300], [0, 0, 0, 250], [0]])
def test_next_to_nothing_is_divided_without_ado(households: list[int]) -> None:
    problem = row(households)

    plan = divide(problem)

    assert len(plan.labels) == len(households)
    assert plan.objective.j == 0
    assert len(plan.report) == (1 if households else 0)
    assert len(plan.bounds.communities) == (1 if households else 0)


def test_a_unit_above_the_range_stays_alone_and_the_others_are_in_range() -> None:
    problem = row([300, 900, 250, 20])

    plan = divide(problem)

    assert plan.labels.tolist() == [0, 1, 2, 2]
    assert [violation.code for violation in plan.violations] == ["division.above_range"]
    assert [r.code for r in plan.report[1].reasons] == ["division.unit_above_upper"]


def test_a_lonely_unit_too_small_for_a_grid_goes_to_the_nearest_one() -> None:
    problem = row([300, 5, 250], edges=[(0, 2)], x=[0.0, 90.0, 100.0], y=[0.0, 0.0, 0.0])

    plan = divide(problem)

    assert plan.labels[1] == plan.labels[2]
    assert [violation.code for violation in plan.violations] == ["division.not_connected"]


def test_a_compound_above_the_range_is_the_reason_for_its_split() -> None:
    problem = row([155] * 6, compound=[5, 5, 5, 5, -1, -1], grids_per_community=[3])

    plan = divide(problem)

    reasons = {(r.code, r.facts["compound"]) for grid in plan.report for r in grid.reasons}
    assert plan.violations == []
    assert reasons == {("division.compound_above_upper", 5)}
    assert plan.bounds.forced_pieces == 1
    assert [(f.compound, f.needs) for f in plan.bounds.forced] == [(5, 2)]


def test_no_plan_is_better_than_its_proved_bound() -> None:
    problem = row([100] * 12, compound=[0] * 6 + [1] * 6, grids_per_community=[4])

    plan = divide(problem)
    bound = plan.bounds.communities[0]

    assert plan.violations == []
    assert bound.lower_bound == bound.j == 3 + 10 * 2
    assert bound.optimal


def reasons(problem: Problem, grid_of: int) -> list[str]:
    plan = divide(problem)
    return [reason.code for reason in plan.report[int(plan.labels[grid_of])].reasons]


def test_a_grid_that_a_large_unit_cuts_off_is_explained_by_that_unit() -> None:
    street = row([60, 50, 900, 150, 150], grids_per_community=None)

    plan = divide(street)

    small = plan.report[int(plan.labels[0])]
    assert [reason.code for reason in small.reasons] == ["division.cut_off_by_large_units"]
    assert small.reasons[0].facts["large_units"] == [2]
    assert small.reasons[0].facts["piece"] == 110
    assert reasons(street, 2) == ["division.unit_above_upper"]
    assert reasons(street, 3) == []


def test_a_number_of_grids_that_cannot_hold_the_households_is_named() -> None:
    assert reasons(row([90] * 5, grids_per_community=[3]), 0) == [
        "division.number_of_grids_does_not_fit"
    ]


def test_households_that_fit_no_number_of_grids_are_named() -> None:
    assert reasons(row([75] * 6, lower=250, upper=400), 0) == ["division.no_number_of_grids_fits"]


def test_a_grid_that_would_overfill_each_neighbour_says_so() -> None:
    plan = Plan(row([130, 300, 300, 190]), np.array([0, 1, 2, 2]))

    reason = plan.report[0].reasons[0]

    assert reason.code == "division.joined_would_overfill"
    assert (reason.facts["with"], reason.facts["then"]) == (1, 430)
