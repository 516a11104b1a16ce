"""Hear what the city tells, each listener by its own cursor over the journal.

A listener is called with events in their order, in a transaction of its own that also moves its
cursor. A crash repeats nothing that was committed and loses nothing that was not.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from orjson import loads

from yige.base import rows
from yige.base.models import Cursor, Event, Head
from yige.kernel import clock

log = logging.getLogger(__name__)

AT_ONCE = 5_000
"""Positions heard in one transaction."""


class Heard(NamedTuple):
    """An event as a listener gets it."""

    position: int
    n: int
    at: datetime
    kind: str
    subject: UUID | None
    unit_code: str
    area_code: str
    facts: dict[str, Any]


Listen = Callable[[Sequence[Heard]], object]
Sums = Mapping[Any, int]
LISTENERS: dict[str, "Listener"] = {}


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears what; no kinds are all kinds."""

    hear: Listen
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summing:
    """A listener that only adds up: the order is all one, so a bulk load sums up as it goes.

    `rows_of` puts sums into values of the model's columns, `tail` adds them to what is there.
    """

    sums_of: Callable[[Iterable[Heard]], Sums]
    rows_of: Callable[[Sums], list[list[Any]]]
    model: type[Model]
    tail: str

    def add(self, sums: Sums) -> None:
        """Add sums to the rows that are there."""
        rows.insert_values(self.model, self.rows_of(sums), tail=self.tail)


SUMMING: dict[str, Summing] = {}


def listener(name: str, *, kinds: tuple[str, ...] = ()) -> Callable[[Listen], Listen]:
    """Register a function that hears events (of some kinds). It must bear hearing one again."""

    def register(hear: Listen) -> Listen:
        LISTENERS[name] = Listener(hear, kinds)
        return hear

    return register


def summing_listener(name: str, summing: Summing) -> None:
    """Register a listener that adds the sums of what it hears to what is there."""
    SUMMING[name] = summing
    LISTENERS[name] = Listener(lambda heard: summing.add(summing.sums_of(heard)))


def summing_from(position: int) -> list[str]:
    """Name the summing listeners that have heard all up to a position: they may go on from it."""
    there = set(Cursor.objects.filter(position=position).values_list("listener", flat=True))
    return [name for name in SUMMING if name in there]


def note_heard(names: Iterable[str], position: int) -> None:
    """Note that a bulk load has added what these would have heard up to a position."""
    heard = Cursor.objects.filter(listener__in=list(names))
    heard.update(position=position, heard_at=clock.now(), error="")


def heard_in(events: Iterable[Mapping[str, Any]]) -> list[Heard]:
    """Return rows of events (see `journal.event_rows`) as listeners will hear them."""
    return [
        Heard(
            event["position"], event["n"], event["at"], event["kind"], event["subject"],
            event["unit_code"], event["area_code"], loads(event["facts"]),
        )
        for event in events
    ]  # fmt: skip


def hear_all() -> int:
    """Let every listener catch up; return how many positions were heard in all.

    A listener that fails keeps its place, with its error noted; the others hear on.
    """
    return sum(_catch_up(name) for name, behind in lag().items() if behind > 0)


def lag() -> dict[str, int]:
    """Tell how many positions each listener is behind."""
    head = Head.objects.filter(id=1).values_list("position", flat=True).first() or 0
    heard = dict(Cursor.objects.values_list("listener", "position"))
    return {name: head - heard.get(name, 0) for name in LISTENERS}


def _catch_up(name: str) -> int:
    heard = 0
    try:
        while step := _hear_some(name, LISTENERS[name]):
            heard += step
    except Exception as error:
        log.exception("listener %s failed", name)
        said = f"{type(error).__name__}: {error}"[:500]
        Cursor.objects.update_or_create(listener=name, defaults={"error": said})
    return heard


def _hear_some(name: str, listens: Listener) -> int:
    with transaction.atomic():
        cursor, _ = Cursor.objects.select_for_update().get_or_create(listener=name)
        last = _last_position(cursor.position)
        if last <= cursor.position:
            return 0
        if heard := _events(cursor.position, last, listens.kinds):
            listens.hear(heard)
        step = last - cursor.position
        cursor.position, cursor.heard_at, cursor.error = last, clock.now(), ""
        cursor.save()
        return step


def _last_position(heard: int) -> int:
    """Return how far to hear at once; positions have no gaps, so the head tells what is there."""
    head = Head.objects.filter(id=1).values_list("position", flat=True).first() or 0
    return min(head, heard + AT_ONCE)


def _events(after: int, last: int, kinds: tuple[str, ...]) -> list[Heard]:
    told = Event.objects.filter(position__gt=after, position__lte=last)
    if kinds:
        told = told.filter(kind__in=kinds)
    columns = told.order_by("position", "n").values_list(
        "position", "n", "at", "kind", "subject", "unit_code", "area_code", "facts"
    )
    return [Heard(*row[:7], loads(row[7])) for row in columns]
