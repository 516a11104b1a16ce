"""Figures for pages: a month of an area, in full for desks, small numbers hidden in public."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Sum

from yige.base.access import Actor, Role, within
from yige.insight.counting import WHAT
from yige.insight.models import Counter

SMALLEST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """A number; None where it is too small to be shown in public."""

    number: int | None

    @property
    def is_hidden(self) -> bool:
        """Tell whether the number was hidden because it is small."""
        return self.number is None


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with the numbers it is made of; hidden as a whole when either tells too much."""

    part: int | None
    whole: int | None

    @property
    def percent(self) -> float | None:
        """The share in percent, None when it is hidden or nothing was due."""
        if self.part is None or not self.whole:
            return None
        return round(100 * self.part / self.whole, 1)


@dataclass(frozen=True, slots=True)
class Month:
    """How a month has gone so far."""

    first: date
    until: date
    received: Figure
    closed: Figure
    on_time: Rate
    satisfied: Rate
    not_reached: Figure


def public_month(area: str, *, day: date) -> Month:
    """Return the month of a day for everybody, without numbers from 1 to 4."""
    sums = _sums(area, day)
    return _month(sums, day, smallest=SMALLEST_SHOWN)


def desk_month(actor: Actor, *, day: date, area: str = "") -> Month | None:
    """Return the month for a desk over its own area or one below, in full; None beyond it."""
    wanted = area or actor.area
    if actor.role is Role.RESIDENT or not wanted or not actor.covers(wanted):
        return None
    return _month(_sums(wanted, day), day, smallest=0)


def day_by_day(area: str, what: str, *, since: date, until: date) -> list[tuple[date, int]]:
    """List a figure for each day from `since` to `until` (excluded), with zeros."""
    held = Counter.objects.filter(within(area), day__gte=since, day__lt=until)
    found = dict(held.values_list("day").annotate(Sum(what)))
    days = [since + timedelta(days=n) for n in range((until - since).days)]
    return [(day, found.get(day, 0)) for day in days]


def _sums(area: str, day: date) -> dict[str, int]:
    """Sum the figures of a month up to a day (included)."""
    held = Counter.objects.filter(within(area), day__gte=day.replace(day=1), day__lte=day)
    sums = held.aggregate(**{f"sum_{what}": Sum(what) for what in WHAT})
    return {what: sums[f"sum_{what}"] or 0 for what in WHAT}


def _month(sums: dict[str, int], day: date, *, smallest: int) -> Month:
    def figure(what: str) -> Figure:
        number = sums.get(what, 0)
        return Figure(None if 0 < number < smallest else number)

    return Month(
        day.replace(day=1),
        day,
        figure("received"),
        figure("closed"),
        _rate(sums.get("on_time", 0), sums.get("due", 0), smallest),
        _rate(sums.get("satisfied", 0), sums.get("rated", 0), smallest),
        figure("not_reached"),
    )


def _rate(part: int, whole: int, smallest: int) -> Rate:
    """Hide a share when its part, the rest or the whole is small but not nothing."""
    if any(0 < number < smallest for number in (part, whole - part, whole)):
        return Rate(None, None)
    return Rate(part, whole)
