"""Times, money and rates are said alike on every page, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from yige.web.shell import times

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "chinese", "english"),
    [
        (timedelta(seconds=59), "0分钟", "0 minutes"),
        (timedelta(minutes=1), "1分钟", "1 minute"),
        (timedelta(minutes=59), "59分钟", "59 minutes"),
        (timedelta(hours=47, minutes=59), "47小时", "47 hours"),
        (timedelta(hours=48), "2天", "2 days"),
    ],
)
def test_a_span_is_said_in_the_largest_unit_that_fits(
    length: timedelta, chinese: str, english: str
) -> None:
    with translation.override("zh-hans"):
        assert times.span(length) == chinese
    with translation.override("en"):
        assert times.span(length) == english


def test_a_stamp_is_in_the_citys_time_and_names_another_year() -> None:
    assert times.stamp(NOON, now=NOON) == "11-24 12:00"
    assert times.stamp(NOON.replace(year=2025), now=NOON) == "2025-11-24 12:00"
    assert times.second(NOON) == "12:00:00"


def test_the_year_turns_with_the_city_and_not_with_greenwich() -> None:
    new_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)

    assert times.stamp(new_year, now=new_year + timedelta(days=1)) == "01-01 00:30"


def test_a_clock_that_runs_ahead_says_just_now() -> None:
    with translation.override("zh-hans"):
        assert times.since(NOON + timedelta(minutes=5), now=NOON) == "刚刚"
        assert times.since(NOON - timedelta(hours=3), now=NOON) == "3小时前"


@pytest.mark.parametrize(
    ("rest", "words", "tone"),
    [
        (timedelta(days=3), "剩3天", ""),
        (timedelta(minutes=95), "! 剩1小时", "caution"),
        (timedelta(hours=-5), "✕ 超期5小时", "bad"),
    ],
)
def test_urgency_is_said_by_a_sign_and_not_by_colour_alone(
    rest: timedelta, words: str, tone: str
) -> None:
    with translation.override("zh-hans"):
        assert times.left(NOON + rest, now=NOON) == times.Left(words, tone)


def test_a_rate_shows_what_it_is_made_of() -> None:
    assert times.share(1157, 1204) == "96.1% = 1,157/1,204"
    with translation.override("zh-hans"):
        assert times.share(0, 0) == "无数据（0/0）"


def test_money_is_kept_in_fen() -> None:
    with translation.override("zh-hans"):
        assert times.money(120_450) == "1,204.50 元"
