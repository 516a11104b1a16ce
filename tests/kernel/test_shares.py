"""Whole numbers are shared out without a rest, and parts never outgrow their wholes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yige.kernel.shares import share_out

shares = st.lists(st.floats(0, 1), min_size=1, max_size=12).filter(lambda all_: sum(all_) > 0.01)


@pytest.mark.parametrize(
    ("number", "of", "parts"),
    [
        (10, [0.5, 0.5], [5, 5]),
        (1, [0.5, 0.5], [1, 0]),
        (7, [0.6, 0.4], [4, 3]),
        (100, [2 / 3, 1 / 3], [67, 33]),
        (0, [0.3, 0.7], [0, 0]),
        (-3, [0.5, 0.5], [-2, -1]),
        (5, [1.0], [5]),
        (9, [0.0, 1.0], [0, 9]),
    ],
)
def test_a_number_is_shared_out_in_whole_parts(
    number: int, of: list[float], parts: list[int]
) -> None:
    assert share_out(number, of) == parts


@given(st.integers(-5_000, 5_000), shares)
def test_the_parts_add_up_to_the_number(number: int, of: list[float]) -> None:
    parts = share_out(number, of)

    assert sum(parts) == number
    assert all(part == 0 for part, share in zip(parts, of, strict=True) if share == 0)


@given(st.integers(0, 3_000), st.integers(0, 3_000), shares)
def test_a_part_of_a_number_never_gets_more_than_the_whole(
    one: int, more: int, of: list[float]
) -> None:
    small, large = share_out(one, of), share_out(one + more, of)

    assert all(a <= b for a, b in zip(small, large, strict=True))


@given(st.integers(0, 3_000), shares)
def test_nobody_is_far_from_the_own_share(number: int, of: list[float]) -> None:
    parts = share_out(number, of)

    for part, share in zip(parts, of, strict=True):
        assert abs(part - number * share / sum(of)) <= max(1.0, len(of) / 2)
