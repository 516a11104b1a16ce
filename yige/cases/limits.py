"""Time limits as the category table writes them, and when they end over a calendar."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from yige.base.calendar import Calendar, Due
from yige.kernel.errors import Invalid

WRITTEN: Final = re.compile(r"(\d+(?:\.\d+)?)(wh|wd|h|d)")


class LimitWrong(Invalid):
    """A limit is a number and h, d, wh or wd: clock hours, days, office hours, working days."""

    code = "cases.limit_wrong"


class Unit(StrEnum):
    """What a limit is counted in."""

    HOURS = "h"
    DAYS = "d"
    WORKING_HOURS = "wh"
    WORKING_DAYS = "wd"


@dataclass(frozen=True, slots=True)
class Limit:
    """So much time, of the clock or of the office."""

    amount: float
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount:g}{self.unit.value}"

    @property
    def is_of_the_office(self) -> bool:
        """Tell whether only office time counts."""
        return self.unit in (Unit.WORKING_HOURS, Unit.WORKING_DAYS)

    def at_night_too(self) -> "Limit":
        """Return the same limit with its clock running through nights and holidays."""
        return Limit(self.amount, Unit(self.unit.value.removeprefix("w")))


class Span(NamedTuple):
    """An interval in which a clock ran (or was paused), open at the end while it still does."""

    started_at: datetime
    ended_at: datetime | None
    is_running: bool = True


@lru_cache
def read_limit(text: str) -> Limit | None:
    """Read `2wh`, `5wd`, `1h`, `15d`; nothing is no limit. Raises LimitWrong."""
    if not text:
        return None
    found = WRITTEN.fullmatch(text)
    if found is None or float(found[1]) <= 0:
        raise LimitWrong(value=text)
    return Limit(float(found[1]), Unit(found[2]))


def end_of(limit: Limit, at: datetime, calendar: Calendar, *, share: float = 1.0) -> Due:
    """Return when a share of a limit that begins now has passed."""
    return _end(limit, at, _length(limit, calendar) * share, calendar)


def end_over(
    limit: Limit, spans: Iterable[Span], calendar: Calendar, *, share: float = 1.0
) -> Due | None:
    """Return when a share of a limit has passed over running spans; None while it is paused.

    Paused time does not count, so that a pause never shortens a clock: the time that was left
    when it stopped is the time that is left when it goes on.
    """
    left = _length(limit, calendar) * share
    for span in spans:
        if not span.is_running:
            continue
        passed = _passed(limit, span, calendar)
        if passed is None or passed >= left:
            return _end(limit, span.started_at, left, calendar)
        left -= passed
    return None


def _passed(limit: Limit, span: Span, calendar: Calendar) -> timedelta | None:
    if span.ended_at is None:
        return None
    if limit.is_of_the_office:
        return calendar.working_time(span.started_at, span.ended_at)
    return span.ended_at - span.started_at


def _end(limit: Limit, begin: datetime, length: timedelta, calendar: Calendar) -> Due:
    add = calendar.add_working_time if limit.is_of_the_office else calendar.add_clock_time
    return add(begin, length)


def _length(limit: Limit, calendar: Calendar) -> timedelta:
    if limit.unit is Unit.WORKING_DAYS:
        return calendar.a_day * limit.amount
    return (
        timedelta(days=limit.amount) if limit.unit is Unit.DAYS else timedelta(hours=limit.amount)
    )
