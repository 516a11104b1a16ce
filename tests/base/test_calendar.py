"""The working calendar: weekends, holidays, make-up workdays, the turn of the year."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from yige.base import commands, snapshot
from yige.base.access import SYSTEM, Actor, Role
from yige.base.calendar import BeyondTheCalendar, Calendar, HoursWrong, calendar, read_hours
from yige.base.models import CalendarDay
from yige.kernel.ids import new_id

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = ("08:30-12:00", "13:30-17:30")
ADMINISTRATOR = Actor(role=Role.SYSTEM_ADMIN, area="370683")

known = chinese_calendar.constants
REAL = Calendar.of(
    zone="Asia/Shanghai",
    hours=HOURS,
    days=dict.fromkeys(known.holidays, "holiday") | dict.fromkeys(known.workdays, "workday"),
)
NIGHTS = Calendar.of(zone="America/New_York", hours=("00:00-06:00", "22:00-23:00"), days={})


MOMENTS = st.timedeltas(timedelta(0), timedelta(days=4 * 365)).map(
    lambda passed: datetime(2023, 12, 31, tzinfo=UTC) + passed
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_two_office_hours_before_noon_end_after_lunch() -> None:
    due = REAL.add_working_hours(local("2026-03-02 11:00"), 2)

    assert due.at == local("2026-03-02 14:30")


def test_a_report_on_saturday_night_counts_from_monday_morning() -> None:
    due = REAL.add_working_hours(local("2026-03-07 23:00"), 4)

    assert due.at == local("2026-03-09 14:00")


def test_a_whole_working_day_from_the_morning_ends_the_same_evening() -> None:
    due = REAL.add_working_days(local("2026-03-02 08:30"), 1)

    assert due.at == local("2026-03-02 17:30")


def test_a_working_day_from_ten_ends_at_ten_of_the_next_one() -> None:
    due = REAL.add_working_days(local("2026-03-06 10:00"), 1)

    assert due.at == local("2026-03-09 10:00")


def test_the_spring_festival_is_passed_over_and_its_make_up_days_count() -> None:
    """In 2026 the festival lasts from 15 to 23 February; 14 and 28 are Saturdays worked."""
    due = REAL.add_working_days(local("2026-02-13 10:00"), 3)

    assert REAL.is_working(date(2026, 2, 14))
    assert REAL.is_working(date(2026, 2, 28))
    assert not any(REAL.is_working(date(2026, 2, day)) for day in range(15, 24))
    assert due.at == local("2026-02-25 10:00")


def test_the_last_day_of_a_known_year_leads_into_a_provisional_one() -> None:
    """No notice for 2027 is known: Monday to Friday is assumed, and the due date says so."""
    before = REAL.add_working_hours(local("2026-12-31 09:00"), 2)
    after = REAL.add_working_days(local("2026-12-31 16:00"), 1)

    assert before.at == local("2026-12-31 11:00")
    assert not before.is_provisional
    assert after.at == local("2027-01-01 16:00")
    assert after.is_provisional


def test_a_turn_of_the_year_between_known_years_is_not_provisional() -> None:
    due = REAL.add_working_days(local("2025-12-31 16:00"), 1)

    assert due.at == local("2026-01-04 16:00")
    assert not due.is_provisional


def test_clock_hours_run_through_nights_and_holidays() -> None:
    due = REAL.add_clock_hours(local("2026-02-16 23:00"), 2)

    assert due.at == local("2026-02-17 01:00")


@given(
    MOMENTS,
    st.timedeltas(timedelta(seconds=1), timedelta(days=30)),
    st.sampled_from([REAL, NIGHTS]),
)
def test_what_is_added_is_what_is_measured(
    at: datetime, length: timedelta, city: Calendar
) -> None:
    due = city.add_working_time(at, length)

    assert city.working_time(at, due.at) == length
    assert due.at > at


@given(
    MOMENTS,
    st.timedeltas(timedelta(0), timedelta(days=9)),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_adding_in_two_steps_is_adding_at_once(
    at: datetime, first: timedelta, second: timedelta
) -> None:
    by_steps = REAL.add_working_time(REAL.add_working_time(at, first).at, second)

    assert REAL.working_time(at, by_steps.at) == first + second


@settings(max_examples=40)
@given(MOMENTS)
def test_office_time_is_what_a_count_by_minutes_gives(moment: datetime) -> None:
    at = moment.replace(second=0, microsecond=0)
    minutes = (at + timedelta(minutes=n) for n in range(36 * 60))

    counted = sum(_is_office(minute.astimezone(SHANGHAI)) for minute in minutes)

    assert REAL.working_time(at, at + timedelta(hours=36)) == timedelta(minutes=counted)


def _is_office(minute: datetime) -> bool:
    clock, day = (minute.hour, minute.minute), minute.date()
    if not ((8, 30) <= clock < (12, 0) or (13, 30) <= clock < (17, 30)):
        return False
    return day.weekday() < 5 if day.year > 2026 else bool(chinese_calendar.is_workday(day))


@pytest.mark.parametrize(
    "hours",
    [[], ["9-12"], ["12:00-08:00"], ["08:00-12:00", "11:00-13:00"], [8], ["08:00-08:00"]],
)
def test_office_hours_that_make_no_sense_are_refused(hours: list[str]) -> None:
    with pytest.raises(HoursWrong):
        read_hours(hours)


def test_an_instant_before_all_calendars_is_refused_by_name() -> None:
    with pytest.raises(BeyondTheCalendar):
        REAL.add_working_hours(datetime(1990, 1, 1, tzinfo=UTC), 1)


def do(name: str, body: dict[str, object], actor: Actor = SYSTEM) -> dict[str, object]:
    return dict(commands.run(name, body, id=new_id(), actor=actor).result)


@pytest.mark.django_db
def test_the_calendar_is_seeded_once_and_own_days_stay() -> None:
    first = do("base.seed_calendar", {})
    day = {"day": "2026-10-08", "kind": "holiday", "name": "市庆"}
    do("base.set_calendar_days", {"days": [day], "source": "市政府通知"}, ADMINISTRATOR)
    again = do("base.seed_calendar", {})

    assert first["days"] == len(known.holidays) + len(known.workdays)
    assert again["days"] == 0
    assert not calendar().is_working(date(2026, 10, 8))
    assert CalendarDay.objects.get(day=date(2026, 10, 8)).source == "市政府通知"


@pytest.mark.django_db
def test_a_changed_day_is_seen_at_once_and_read_once() -> None:
    do("base.seed_calendar", {})
    calendar()

    do("base.set_calendar_days",
       {"days": [{"day": "2026-03-04", "kind": "holiday"}], "source": "通知"})  # fmt: skip
    was = calendar().is_working(date(2026, 3, 4))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        calendar(snapshot.take())
    do("base.set_calendar_days",
       {"days": [{"day": "2026-03-04", "kind": "normal"}], "source": "通知"})  # fmt: skip

    assert not was
    assert calendar().is_working(date(2026, 3, 4))
    assert len(queries) == 1


@pytest.mark.django_db
def test_other_office_hours_count_from_the_next_look() -> None:
    do("base.seed_calendar", {})
    hours = {"name": "calendar.office_hours", "value": '["09:00-17:00"]', "source": "市政府"}

    do("base.set", hours)

    assert calendar().a_day == timedelta(hours=8)


@pytest.mark.django_db
def test_garbled_office_hours_do_not_stop_the_city() -> None:
    do("base.set", {"name": "calendar.office_hours", "value": '["nine to five"]'})

    assert calendar().a_day == timedelta(hours=7.5)


@pytest.mark.django_db
def test_only_the_system_administrator_keeps_the_calendar() -> None:
    day = {"days": [{"day": "2026-03-04", "kind": "holiday"}], "source": "x"}

    with pytest.raises(commands.NotAllowed):
        do("base.set_calendar_days", day, Actor(role=Role.PLATFORM, area="370683"))
