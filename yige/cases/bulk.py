"""Load past cases with all their steps, leaving what single commands would have left.

The steps run in the order of time through the very handlers of the commands, over rows in memory;
then rows, entries and events are written by the fastest way the database has. Nobody is told of
what happened long ago. Only merging is left out: it needs the other case in the database.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models, transaction

from yige.base import journal, listeners, rows
from yige.base.access import Actor
from yige.base.commands import NotAllowed, as_result, command_named, entry_for_bulk, parse
from yige.base.journal import Ready, Told
from yige.base.listeners import Heard, heard_in
from yige.base.reading import one_look
from yige.cases.bulk_workers import at_work, no_sweeping
from yige.cases.past import Cases, Listed, Past, PastCase
from yige.cases.store import PastCall

STEPS_AT_ONCE: Final = 4000
ROWS_AT_ONCE: Final = 4000
Progress = Callable[[float], None]
Left = tuple[type[models.Model], list[list[Any]], str]
"""Rows that were left: their table, their values, and the ending of the statement."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much was loaded, and the last position of the journal."""

    cases: int
    entries: int
    position: int


def load(
    cases: Sequence[PastCase] | Cases,
    *,
    workers: int = 1,
    progress: Progress = lambda share: None,
) -> Loaded:
    """Load cases in one transaction. The first step that could not be taken raises its refusal.

    Cases that are made on the way know their places. More `workers` than one are processes beside
    this one; ask for them only where no other thread runs, as in a program of the command line.
    """
    if not len(cases):
        return Loaded(0, 0, 0)
    cases = Listed(cases) if isinstance(cases, Sequence) else cases
    with transaction.atomic(), one_look(), no_sweeping():
        before = position = journal.head_position()
        if workers > 1 and isinstance(cases, Listed):
            cases.locate()
        work = _Work(cases, after=before)
        with at_work(work, parts=work.parts, workers=workers) as team:
            for part in range(work.parts):
                taken, left = team.part(part)
                position = journal.append_ready(taken)
                _write(left)
                progress(0.9 * (part + 1) / work.parts)
            _write(team.left())
        listeners.note_heard(work.sums, position)
        progress(1.0)
    return Loaded(len(cases), position - before, position)


def _write(left: Iterable[Left]) -> None:
    for model, values, tail in left:
        rows.load_values(model, values, tail=tail)


class _Work:
    """Every step of the cases in the order of time, to be taken a part at a time."""

    def __init__(self, cases: Cases, *, after: int) -> None:
        self.cases, self.past, self.first = cases, Past(cases), after + 1
        self.order = [
            (at, number, nth)
            for number in range(len(cases))
            for nth, at in enumerate(cases.times(number))
        ]
        self.order.sort()
        self.parts = -(-len(self.order) // STEPS_AT_ONCE)
        self.sums = {name: Counter[Any]() for name in listeners.summing_from(after)}

    def take(
        self, part: int, share: int, shares: int
    ) -> tuple[list[tuple[int, Ready]], list[Left]]:
        """Take one share's steps of a part; return each with its place, and what is left."""
        taken: list[tuple[int, Ready]] = []
        heard: list[Heard] = []
        begin = part * STEPS_AT_ONCE
        for place, (at, number, nth) in enumerate(self.order[begin : begin + STEPS_AT_ONCE]):
            if number % shares != share:
                continue
            position = self.first + begin + place
            entry, told = self._taken(number, nth)
            events = journal.event_rows(told, position=position, at=at)
            heard += heard_in(events)
            taken.append((place, journal.ready(entry, events, position=position)))
        for name, sums in self.sums.items():
            sums.update(listeners.SUMMING[name].sums_of(heard))
        return taken, [
            (model, [rows.table_of(model).values(row) for row in found], "")
            for model, found in self.past.left()
        ]

    def left(self) -> Iterator[Left]:
        """Give what the listeners add, a few thousand rows at a time."""
        for name, sums in self.sums.items():
            summing = listeners.SUMMING[name]
            yield from _parts(summing.model, summing.rows_of(sums), tail=summing.tail)

    def _taken(self, number: int, nth: int) -> tuple[dict[str, Any], Sequence[Told]]:
        case = self.cases.case(number)
        if nth == len(case.steps):
            self.past.end(case.id)
        if nth == 0:
            self.past.take(number, case)
            return _entry(self.past, "cases.open", case.report, case.id, case.actor, case.at)
        step = case.steps[nth - 1]
        body = {"case": str(case.id), **step.body}
        return _entry(self.past, f"cases.{step.verb}", body, step.id, step.actor, step.at)


def _parts(
    model: type[models.Model], values: list[list[Any]], *, tail: str = ""
) -> Iterator[Left]:
    for start in range(0, len(values), ROWS_AT_ONCE):
        yield model, values[start : start + ROWS_AT_ONCE], tail


def _entry(
    past: Past, name: str, body: Mapping[str, Any], command: UUID, actor: Actor, at: datetime
) -> tuple[dict[str, Any], Sequence[Told]]:
    known = command_named(name)
    parsed = parse(known, body)
    call = PastCall(command, actor, at, at)
    call.store = past
    if not known.may(actor, parsed):
        raise NotAllowed(command=name, role=actor.role, area=actor.area)
    result = as_result(known.handler(call, parsed))
    entry = entry_for_bulk(name, body, id=command, actor=actor, at=at, result=result)
    return entry, call.told
