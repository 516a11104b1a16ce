"""Limits as the table writes them, and clocks that rest."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yige.base.calendar import Calendar
from yige.cases.limits import Limit, LimitWrong, Span, Unit, end_of, end_over, read_limit

CITY = Calendar.of(zone="Asia/Shanghai", hours=("08:30-12:00", "13:30-17:30"), days={})
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LIMITS = st.sampled_from(["2wh", "4wh", "1wd", "5wd", "0.5h", "24h", "7d", "15d"])


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("2wh", Limit(2, Unit.WORKING_HOURS)),
        ("15d", Limit(15, Unit.DAYS)),
        ("0.2h", Limit(0.2, Unit.HOURS)),
        ("5wd", Limit(5, Unit.WORKING_DAYS)),
        ("", None),
    ],
)
def test_a_limit_is_read_as_the_table_writes_it(text: str, limit: Limit | None) -> None:
    assert read_limit(text) == limit


@pytest.mark.parametrize("text", ["2", "wh", "-1h", "0d", "2 wh", "2w", "1e3h"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(LimitWrong):
        read_limit(text)


def test_an_emergency_counts_at_night_too() -> None:
    friday_evening = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)

    asleep = end_of(Limit(2, Unit.WORKING_HOURS), friday_evening, CITY)
    awake = end_of(Limit(2, Unit.WORKING_HOURS).at_night_too(), friday_evening, CITY)

    assert awake.at == friday_evening + timedelta(hours=2)
    assert asleep.at == datetime(2026, 3, 9, 2, 30, tzinfo=UTC)


def test_a_resting_clock_has_no_end() -> None:
    spans = [
        Span(MONDAY, MONDAY + timedelta(hours=1)),
        Span(MONDAY + timedelta(hours=1), None, is_running=False),
    ]

    assert end_over(Limit(4, Unit.WORKING_HOURS), spans, CITY) is None


def test_a_clock_goes_on_with_the_time_that_was_left() -> None:
    """One of four hours has passed when it rests; at noon on Tuesday three are left."""
    tuesday = MONDAY + timedelta(days=1)
    spans = [
        Span(MONDAY, MONDAY + timedelta(hours=1)),
        Span(MONDAY + timedelta(hours=1), tuesday, is_running=False),
        Span(tuesday, None),
    ]

    due = end_over(Limit(4, Unit.WORKING_HOURS), spans, CITY)

    assert due is not None
    assert due.at == tuesday + timedelta(hours=3)


@given(
    LIMITS,
    st.lists(
        st.tuples(
            st.timedeltas(timedelta(0), timedelta(days=4)),
            st.timedeltas(timedelta(0), timedelta(days=9)),
        ),
        max_size=5,
    ),
)
def test_pausing_never_shortens_a_clock(
    text: str, rests: list[tuple[timedelta, timedelta]]
) -> None:
    limit = read_limit(text)
    assert limit is not None
    spans, at = [], MONDAY
    for ran, rested in rests:
        spans += [Span(at, at + ran), Span(at + ran, at + ran + rested, is_running=False)]
        at += ran + rested
    spans.append(Span(at, None))

    due = end_over(limit, spans, CITY)

    assert due is not None
    assert due.at >= end_of(limit, MONDAY, CITY).at
