from dataclasses import replace

import pytest

from yige.surveying.checks import Counted, Finding, findings_of

USUAL = Counted(
    n=1, name="1单元", households=20, residents=60, ages=(5, 10, 30, 12, 3),
    occupied=18, empty=2, let=2, households_then=20, doors_then=22,
)  # fmt: skip


def codes(*lines: Counted, stated: int | None = None) -> list[tuple[str, int]]:
    """Say what does not agree, and by how much."""
    found = findings_of(lines, stated=stated)
    return [(finding.code.removeprefix("surveying."), finding.by) for finding in found]


def test_a_sheet_that_agrees_with_everything_has_no_finding() -> None:
    assert codes(USUAL, stated=20) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"households": 23, "households_then": 23}, [("households_over_doors", 3)]),
        ({"empty": 3}, [("doors_differ", 1)]),
        ({"empty": 0}, [("doors_differ", -2)]),
        ({"occupied": 0, "empty": 0, "let": 0}, [("doors_not_counted", -22)]),
        ({"residents": 61}, [("ages_differ", -1)]),
        ({"residents": 19, "ages": (0, 0, 0, 0, 0)}, [("households_over_residents", 1)]),
        ({"households": 0, "households_then": 0}, [("residents_without_household", 60)]),
        ({"households_then": 25}, []),
        ({"households_then": 27}, [("changed_much", -7)]),
        ({"households": 4, "households_then": 9}, []),
        ({"households": 4, "households_then": 10}, [("changed_much", -6)]),
        ({"is_gone": True}, [("unit_gone", -20)]),
        ({"is_found": True, "households_then": 0, "doors_then": 0}, [("unit_found", 20)]),
    ],
)
def test_each_thing_that_does_not_agree_is_told_with_by_how_much(
    change: dict[str, object], expected: list[tuple[str, int]]
) -> None:
    assert codes(replace(USUAL, **change)) == expected  # type: ignore[arg-type]


def test_the_buildings_sum_is_held_against_the_property_firms_list() -> None:
    other = replace(USUAL, n=2, name="2单元")

    assert codes(USUAL, other, stated=43) == [("firm_differs", -3)]


def test_a_stairwell_that_stands_twice_is_told() -> None:
    assert codes(USUAL, replace(USUAL, n=2)) == [("unit_doubled", 1)]


def test_a_doubled_door_names_its_unit_and_the_times() -> None:
    found = findings_of([USUAL], stated=None, doubled=[(1, "302", 3)])

    assert found == [Finding("surveying.door_doubled", 1, "1单元", 2, {"door": "302", "times": 3})]


def test_doors_that_nobody_knew_of_are_not_compared() -> None:
    assert codes(replace(USUAL, doors_then=0, empty=9)) == []
