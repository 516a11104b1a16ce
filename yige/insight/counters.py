"""Keep the counters: add what events say, and count all of the journal again to find drift."""

from collections import Counter as Sums
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from json import loads
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone_name

from yige.base import rows
from yige.base.listeners import Heard
from yige.base.models import Cursor, Event
from yige.insight.counting import counts_of
from yige.insight.models import Counter
from yige.kernel.codes import parents

LISTENER = "insight.counters"
Place = tuple[date, str, str, str]
"""A counter's place: day, area, category, what."""

MANY: Final = 10_000
ADD = (
    "ON CONFLICT (area_code, what, day, category)"
    " DO UPDATE SET number = insight_counter.number + excluded.number"
)


def sums_of(events: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> Sums[Place]:
    """Sum up what events count for, in their area and in every one above it."""
    zone, here = ZoneInfo(get_default_timezone_name()), defaultdict[Place, int](int)
    for kind, at, facts in events:
        area = facts.get("counted_in", "")
        for count in counts_of(kind, at, facts, zone):
            here[count.day, area, count.category, count.what] += count.number
    sums = Sums[Place]()
    for (day, area, category, what), number in here.items():
        for above in parents(area):
            sums[day, above, category, what] += number
    return sums


def sums_of_heard(heard: Iterable[Heard]) -> Sums[Place]:
    """Sum up what was heard."""
    return sums_of((event.kind, event.at, event.facts) for event in heard)


def add(sums: Mapping[Place, int]) -> int:
    """Add sums to the counters; return how many counters changed."""
    changed = [
        {"day": day, "area_code": area, "category": category, "what": what, "number": number}
        for (day, area, category, what), number in sorted(sums.items(), key=_by_index)
        if number
    ]
    write = rows.load if len(changed) > MANY else rows.insert
    write(Counter, changed, tail=ADD)
    return len(changed)


def _by_index(one: tuple[Place, int]) -> tuple[str, str, date, str]:
    """Sort as the index does: many rows go in several times faster in its order."""
    (day, area, category, what), _ = one
    return area, what, day, category


def recount() -> tuple[int, Sums[Place]]:
    """Count the journal again as far as the counters have heard it, and add what is missing.

    Returns (the position counted to, the difference that was found, place by place).
    """
    position, found = _read()
    wanted = sums_of(_told_until(position))
    wanted.subtract(found)
    drift = Sums[Place]({place: number for place, number in wanted.items() if number})
    add(drift)
    return position, drift


def _read() -> tuple[int, Sums[Place]]:
    """Read the counters and the position they stand at, without stopping the listener."""
    while True:
        before = _position()
        held = Counter.objects.values_list("day", "area_code", "category", "what", "number")
        found = Sums[Place]({(d, a, c, w): number for d, a, c, w, number in held})
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
