"""Keep the counters: add what events say, and count all of the journal again to find drift."""

from collections import Counter as Sums
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from json import loads
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone_name

from yige.base import rows
from yige.base.listeners import Heard, Summing
from yige.base.models import Cursor, Event
from yige.insight.counting import WHAT, counts_of
from yige.insight.models import Counter

LISTENER = "insight.counters"
Place = tuple[str, date, str, str]
"""A figure's place: area, day, category, what."""

COLUMN: Final = {what: number for number, what in enumerate(WHAT)}
ADD: Final = "ON CONFLICT (day, area_code, category) DO UPDATE SET " + ", ".join(
    f"{what} = insight_counter.{what} + excluded.{what}" for what in WHAT
)


def sums_of(events: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> Sums[Place]:
    """Sum up what events count for, in the area that each is counted in."""
    zone, sums = ZoneInfo(get_default_timezone_name()), Sums[Place]()
    for kind, at, facts in events:
        area = facts.get("counted_in", "")
        for count in counts_of(kind, at, facts, zone):
            sums[area, count.day, count.category, count.what] += count.number
    return sums


def sums_of_heard(heard: Iterable[Heard]) -> Sums[Place]:
    """Sum up what was heard."""
    return sums_of((event.kind, event.at, event.facts) for event in heard)


def rows_of(sums: Mapping[Place, int]) -> list[list[Any]]:
    """Put sums into rows, in the order of the index: so many go in several times faster."""
    found: dict[tuple[date, str, str], list[int]] = {}
    for (area, day, category, what), number in sums.items():
        numbers = found.get((day, area, category))
        if numbers is None:
            numbers = found[day, area, category] = [0] * len(WHAT)
        numbers[COLUMN[what]] += number
    return [
        [rows.as_day(day), area, category, *numbers]
        for (day, area, category), numbers in sorted(found.items())
    ]


COUNTERS: Final = Summing(sums_of_heard, rows_of, Counter, ADD)


def recount() -> tuple[int, Sums[Place]]:
    """Count the journal again as far as the counters have heard it, and add what is missing.

    Returns (the position counted to, the difference that was found, place by place).
    """
    position, found = _read()
    wanted = sums_of(_told_until(position))
    wanted.subtract(found)
    drift = Sums[Place]({place: number for place, number in wanted.items() if number})
    rows.insert_values(Counter, rows_of(drift), tail=ADD)
    return position, drift


def _read() -> tuple[int, Sums[Place]]:
    """Read the counters and the position they stand at, without stopping the listener."""
    while True:
        before = _position()
        found = Sums[Place]({
            (counter["area_code"], counter["day"], counter["category"], what): counter[what]
            for counter in Counter.objects.values().iterator()
            for what in WHAT
            if counter[what]
        })  # fmt: skip
        if _position() == before:
            return before, found


def _position() -> int:
    found = Cursor.objects.filter(listener=LISTENER).values_list("position", flat=True).first()
    return found or 0


def _told_until(position: int) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    told = Event.objects.filter(position__lte=position, kind__startswith="cases.case_")
    events = told.order_by("position", "n").values_list("kind", "at", "facts")
    for kind, at, facts in events.iterator(chunk_size=2000):
        yield kind, at, loads(facts)
