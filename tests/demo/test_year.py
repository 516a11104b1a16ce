import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from yige.base.calendar import Calendar
from yige.cases import workflow
from yige.cases.categories import SHIPPED, read_rows
from yige.demo.city import City
from yige.demo.year import Year, build_year

SHANGHAI = timedelta(hours=8)


def _local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC) + SHANGHAI


def test_about_25000_cases_came_in_over_the_year(past_year: Year) -> None:
    at = past_year.reported_at

    assert 24_300 <= len(at) <= 25_700
    assert (np.diff(at) >= 0).all()
    assert past_year.begins_at <= at[0] <= at[-1] < past_year.until


def test_every_case_is_about_a_leaf_of_the_categories(past_year: Year) -> None:
    leaves = {code for code in read_rows(SHIPPED.read_text("utf-8")) if len(code) == 4}

    assert set(past_year.category) == leaves


def test_a_storm_and_a_snow_day_stand_out(past_year: Year) -> None:
    by_day = Counter(_local(moment).date() for moment in past_year.reported_at.tolist())

    usual = float(np.median(list(by_day.values())))

    assert past_year.rainstorm_on.month == 7
    assert past_year.snow_on.month == 1
    assert by_day[past_year.rainstorm_on] > 4 * usual
    assert by_day[past_year.snow_on] > 4 * usual


def test_heating_is_for_winter_and_noise_for_the_evening(past_year: Year) -> None:
    when = [_local(moment) for moment in past_year.reported_at.tolist()]
    months = Counter(t.month for t, c in zip(when, past_year.category, strict=True) if c == "0305")
    hours = Counter(t.hour for t, c in zip(when, past_year.category, strict=True) if c == "0109")

    assert months[12] > 3 * months[5]
    assert hours[21] > 5 * hours[9]


def test_a_twentieth_of_the_cases_is_outside_the_grids(past_year: Year) -> None:
    outside = past_year.unit < 0
    nowhere = outside & (past_year.village < 0)

    assert 0.04 < outside.mean() < 0.06
    assert np.isnan(past_year.point[nowhere]).all()
    assert not np.isnan(past_year.point[~nowhere]).any()


def test_points_lie_in_the_unit_that_reports(laizhou: City, past_year: Year) -> None:
    west, south, east, north = laizhou.ground.city.bounds
    x, y = past_year.point[past_year.unit >= 0].T

    assert ((x > west) & (x < east) & (y > south) & (y < north)).all()


def test_most_is_done_in_time_some_again_and_a_third_rated(past_year: Year) -> None:
    due = past_year.due_at < past_year.until
    in_time = (past_year.handled_at >= 0) & (past_year.handled_at <= past_year.due_at)
    verbs = Counter(past_year.steps.verb)
    cases = len(past_year.reported_at)

    assert 0.93 <= in_time[due].mean() <= 0.97
    assert 0.03 <= verbs["rework"] / cases <= 0.05
    assert 0.01 <= verbs["reopen"] / cases <= 0.04
    assert 0.27 <= (past_year.rating > 0).mean() <= 0.34


def test_what_is_open_at_the_end_is_mostly_of_the_last_days(past_year: Year) -> None:
    age = past_year.until - past_year.reported_at[past_year.is_open]

    assert 80 <= len(age) <= 700
    assert np.median(age) < 4 * 86_400


def test_steps_follow_one_another_within_the_year(past_year: Year) -> None:
    steps = past_year.steps
    same = steps.case[1:] == steps.case[:-1]

    assert (np.diff(steps.at)[same] > 0).all()
    assert (steps.at > past_year.reported_at[steps.case]).all()
    assert steps.at.max() < past_year.until


def test_the_workflow_allows_every_step(past_year: Year) -> None:
    table = workflow.shipped()
    state = ["received"] * len(past_year.reported_at)

    for case, verb in zip(past_year.steps.case.tolist(), past_year.steps.verb, strict=True):
        state[case] = table.after(verb, state[case])

    ended = [name in table.ended for name in state]
    assert ended == (~past_year.is_open).tolist()
    assert {name for name in state if name not in table.ended} >= {"handling", "to_sign"}


def test_words_name_nobody_and_hold_no_telephone_number(past_year: Year) -> None:
    words = {*past_year.text, *past_year.steps.reason}

    assert not [said for said in words if re.search(r"[0-9]{3}|[A-Za-z@]|[０-９]", said)]
    assert max(len(said) for said in words) < 80


def test_words_are_varied(past_year: Year) -> None:
    assert len(set(past_year.text)) > 0.7 * len(past_year.text)


@pytest.mark.parametrize("end", [datetime(2026, 7, 14, 4, tzinfo=UTC),
                                 datetime(2027, 1, 10, 4, tzinfo=UTC)])  # fmt: skip
def test_a_year_may_end_at_any_time_and_is_the_same_again(
    laizhou: City, office_days: Calendar, end: datetime
) -> None:
    years = [build_year(laizhou, until=end, calendar=office_days, cases=2_000) for _ in range(2)]

    assert years[0].fingerprint() == years[1].fingerprint()
    assert years[0].until == int(end.timestamp())
