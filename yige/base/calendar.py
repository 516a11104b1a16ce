"""Office time: which days are worked, which hours, and when a time limit ends.

A calendar is a plain value. Office time is measured from a day far back, so that adding to an
instant is one division and one look-up, across weekends, holidays, make-up workdays and the turn
of the year alike.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Final, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo

import chinese_calendar.constants
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from yige.base import rows, snapshot
from yige.base.access import Actor, Role
from yige.base.city import DECLARED, declare
from yige.base.commands import Call, command
from yige.base.fields import Body, Line
from yige.base.models import CalendarDay
from yige.base.snapshot import Snapshot
from yige.kernel.errors import Invalid

FIRST_YEAR: Final = 2000
YEARS_AHEAD: Final = 30
SATURDAY: Final = 5
MOST_KNOWN: Final = 10_000
STAMP: Final = "calendar"
HOURS: Final = "calendar.office_hours"

declare(
    HOURS,
    ["08:30-12:00", "13:30-17:30"],
    label=_("Office hours"),
    source="common office hours of the city's bodies, our judgement",
)


class HoursWrong(Invalid):
    """Office hours are given as ["08:30-12:00", …], in order and without overlap."""

    code = "base.office_hours_wrong"


class BeyondTheCalendar(Invalid):
    """The instant lies before 2000, or thirty years and more behind the last known holiday."""

    code = "base.beyond_the_calendar"


class Due(NamedTuple):
    """When a limit ends; provisional when the holidays of that year are not known yet."""

    at: datetime
    is_provisional: bool


@dataclass(frozen=True)
class Calendar:
    """The worked days and hours of a city."""

    zone: ZoneInfo
    hours: tuple[tuple[timedelta, timedelta], ...]
    holidays: frozenset[date] = field(repr=False, default=frozenset())
    workdays: frozenset[date] = field(repr=False, default=frozenset())
    known_until: int = FIRST_YEAR - 1

    @classmethod
    def of(cls, *, zone: str, hours: Iterable[str], days: Mapping[date, str]) -> Self:
        """Make a calendar from texts such as "08:30-12:00" and days by kind."""
        return cls(
            zone=ZoneInfo(zone),
            hours=read_hours(hours),
            holidays=frozenset(d for d, kind in days.items() if kind == CalendarDay.HOLIDAY),
            workdays=frozenset(d for d, kind in days.items() if kind == CalendarDay.WORKDAY),
            known_until=max((day.year for day in days), default=FIRST_YEAR - 1),
        )

    def is_working(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        return day in self.workdays or (day.weekday() < SATURDAY and day not in self.holidays)

    def working_time(self, begin: datetime, end: datetime) -> timedelta:
        """Measure the office time between two instants."""
        return self._position(end) - self._position(begin)

    def add_working_time(self, at: datetime, length: timedelta) -> Due:
        """Return the earliest instant by which so much office time has passed."""
        if length <= timedelta():
            return self._due(at)
        whole, rest = divmod(self._position(at) + length, self.a_day)
        if not rest:
            whole, rest = whole - 1, self.a_day
        if whole >= len(self._days):
            raise BeyondTheCalendar(at=at.isoformat(), days=length / self.a_day)
        return self._due(self._instant(date.fromordinal(self._days[whole]), rest))

    def add_working_hours(self, at: datetime, hours: float) -> Due:
        """Add office hours."""
        return self.add_working_time(at, timedelta(hours=hours))

    def add_working_days(self, at: datetime, days: float) -> Due:
        """Add working days of full office time."""
        return self.add_working_time(at, self.a_day * days)

    def add_clock_time(self, at: datetime, length: timedelta) -> Due:
        """Add time of the clock, nights and holidays included."""
        return self._due(at + length)

    def add_clock_hours(self, at: datetime, hours: float) -> Due:
        """Add hours of the clock, nights and holidays included."""
        return self.add_clock_time(at, timedelta(hours=hours))

    @cached_property
    def a_day(self) -> timedelta:
        """Office time of one working day."""
        return self._passed[-1]

    @cached_property
    def _passed(self) -> tuple[timedelta, ...]:
        return tuple(accumulate((end - begin for begin, end in self.hours), initial=timedelta()))

    @cached_property
    def _days(self) -> tuple[int, ...]:
        last = max(self.known_until, FIRST_YEAR) + YEARS_AHEAD
        span = range(date(FIRST_YEAR, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1)
        return tuple(day for day in span if self.is_working(date.fromordinal(day)))

    def _position(self, at: datetime) -> timedelta:
        """Measure the office time from the first day to an instant.

        The clocks of a case ask for the same few instants over and over.
        """
        found = self._known.get(at)
        if found is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            found = self._known[at] = self._measure(at)
        return found

    @cached_property
    def _known(self) -> dict[datetime, timedelta]:
        return {}

    def _measure(self, at: datetime) -> timedelta:
        local = at.astimezone(self.zone)
        ordinal = local.toordinal()
        if not self._days[0] <= ordinal <= self._days[-1]:
            raise BeyondTheCalendar(at=at.isoformat())
        index = bisect_left(self._days, ordinal)
        passed = self.a_day * index
        if self._days[index] == ordinal:
            passed += self._worked(_since_midnight(local))
        return passed

    def _worked(self, clock: timedelta) -> timedelta:
        """Measure the office time of a working day until a time of the clock."""
        for (begin, end), passed in zip(self.hours, self._passed, strict=False):
            if clock < end:
                return passed + max(clock - begin, timedelta())
        return self.a_day

    def _instant(self, day: date, worked: timedelta) -> datetime:
        """Return the instant of a day at which so much of its office time has passed."""
        number = bisect_left(self._passed, worked) - 1
        clock = self.hours[number][0] + worked - self._passed[number]
        return (datetime.combine(day, time(), self.zone) + clock).astimezone(UTC)

    def _due(self, at: datetime) -> Due:
        return Due(at, at.astimezone(self.zone).year > self.known_until)


def read_hours(texts: Iterable[str]) -> tuple[tuple[timedelta, timedelta], ...]:
    """Read office hours into times since midnight, or raise HoursWrong."""
    try:
        hours = tuple(_span(text) for text in texts)
    except (ValueError, AttributeError):
        raise HoursWrong(given=str(list(texts))) from None
    edges = [edge for span in hours for edge in span]
    if not hours or edges != sorted(set(edges)):
        raise HoursWrong(given=str(list(texts)))
    return hours


def _span(text: str) -> tuple[timedelta, timedelta]:
    begin, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    return _since_midnight(begin), _since_midnight(end)


def _since_midnight(clock: time | datetime) -> timedelta:
    return timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )


def calendar(held: Snapshot | None = None) -> Calendar:
    """Return the city's calendar, kept in memory until a day or the office hours change."""
    held = held or snapshot.take()
    return held.kept(STAMP, lambda: _read(held), on=(HOURS,))


def _read(held: Snapshot) -> Calendar:
    days = dict(CalendarDay.objects.values_list("day", "kind"))
    # A report is never refused for a slip in the settings.
    try:
        return Calendar.of(zone=settings.TIME_ZONE, hours=held.value(HOURS), days=days)
    except HoursWrong:
        hours = DECLARED[HOURS].default
        return Calendar.of(zone=settings.TIME_ZONE, hours=hours, days=days)


class Seed(Body):
    """Nothing is asked: the days are those of the installed package."""


class DaySaid(Body):
    """A day of the calendar; `normal` takes the row away."""

    day: date
    kind: Literal["holiday", "workday", "normal"]
    name: Line = Field(default="", max_length=60)


class DaysSaid(Body):
    """Days of the calendar and where they were announced."""

    days: tuple[DaySaid, ...] = Field(min_length=1, max_length=1000)
    source: Line = Field(min_length=1)


def may_keep_calendar(actor: Actor, body: object) -> bool:
    """The system administrator keeps the calendar."""
    return actor.holds(Role.SYSTEM_ADMIN, Role.SYSTEM)


@command("base.seed_calendar", may=may_keep_calendar)
def seed_calendar(call: Call, seed: Seed) -> dict[str, int]:
    """Enter the public holidays and make-up workdays that the installed package knows.

    Days that are there stay as they are: what an administrator entered is not undone.
    """
    known = chinese_calendar.constants
    source = "State Council notices, by the package chinesecalendar"
    days = [(day, CalendarDay.HOLIDAY, name) for day, name in known.holidays.items()]
    days += [(day, CalendarDay.WORKDAY, name) for day, name in known.workdays.items()]
    added = rows.insert(
        CalendarDay,
        ({"day": d, "kind": kind, "name": name, "source": source} for d, kind, name in days),
        tail="ON CONFLICT (day) DO NOTHING",
    )
    if added:
        _changed(call, added)
    return {"days": added}


@command("base.set_calendar_days", may=may_keep_calendar)
def set_calendar_days(call: Call, said: DaysSaid) -> dict[str, int]:
    """Enter, change or take away holidays and make-up workdays."""
    for each in said.days:
        if each.kind == "normal":
            CalendarDay.objects.filter(day=each.day).delete()
            continue
        CalendarDay.objects.update_or_create(
            day=each.day, defaults={"kind": each.kind, "name": each.name, "source": said.source}
        )
    _changed(call, len(said.days))
    return {"days": len(said.days)}


def _changed(call: Call, days: int) -> None:
    snapshot.stamp(STAMP, by=call.id)
    call.tell("base.calendar_changed", days=days)
