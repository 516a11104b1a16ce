"""Load past cases with all their steps, leaving what single commands would have left.

The steps run in the order of time through the very handlers of the commands, over rows in memory;
then rows, entries and events are written by the fastest way the database has. Nobody is told of
what happened long ago. Only merging is left out: it needs the other case in the database.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import models, transaction

from yige.base import journal, rows, snapshot
from yige.base.access import Actor, Role
from yige.base.commands import NotAllowed, as_result, command_named, entry_for_bulk, parse
from yige.base.journal import Told
from yige.base.snapshot import Snapshot
from yige.cases.access import UNIT_ROLES
from yige.cases.bulk_workers import in_order
from yige.cases.course import Course
from yige.cases.intake import Report
from yige.cases.models import Case, ClockSpan
from yige.cases.store import PastCall, number_of, take_numbers, year_of
from yige.kernel.codes import is_within, level_of, parents
from yige.kernel.ids import new_id
from yige.people.holders import Holder
from yige.people.models import Appointment
from yige.people.roles import DESK_ROLES
from yige.territory.locate import Located, locate

ENTRIES_AT_ONCE: Final = 4000
Entry = tuple[dict[str, Any], Sequence[Told]]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class PastStep:
    """A step as it was taken: `body` is the command's own, without the case."""

    verb: str
    at: datetime
    actor: Actor
    body: Mapping[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class PastCase:
    """A report as it came in, and the steps that followed; `place` if it was located already."""

    report: Mapping[str, Any]
    at: datetime
    actor: Actor
    steps: Sequence[PastStep] = ()
    id: UUID = field(default_factory=new_id)
    place: Located | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much was loaded, and the last position of the journal."""

    cases: int
    entries: int
    position: int


def load(
    cases: Sequence[PastCase], *, workers: int = 1, progress: Progress = lambda share: None
) -> Loaded:
    """Load cases in one transaction. The first step that could not be taken raises its refusal.

    More `workers` than one are processes beside this one; ask for them only where no other thread
    runs, as in a program of the command line.
    """
    if not cases:
        return Loaded(0, 0, 0)
    total = len(cases) + sum(len(case.steps) for case in cases)
    with transaction.atomic():
        past = Past(cases)
        with _taken(cases, past, workers) as (items, left):
            written, position = 0, 0
            while batch := [item[3:] for item in islice(items, ENTRIES_AT_ONCE)]:
                position = journal.append_many(batch)
                written += len(batch)
                progress(0.9 * written / total)
            for model, found in left if workers > 1 else past.left():
                rows.load(model, found)
        progress(1.0)
    return Loaded(len(cases), written, position)


@contextmanager
def _taken(
    cases: Sequence[PastCase], past: "Past", workers: int
) -> Iterator[tuple[Iterator[Any], list[Any]]]:
    def walk(share: Sequence[int]) -> Iterator[Any]:
        return _entries(cases, share, past)

    if workers == 1:
        yield walk(range(len(cases))), []
        return
    past.locate_all(cases)
    with in_order(walk, past.left, cases=len(cases), workers=workers) as both:
        yield both


class Past:
    """The rows of past cases in memory, and who held which post when."""

    is_past = True

    def __init__(self, cases: Sequence[PastCase]) -> None:
        self._held = snapshot.take()
        self._rows: dict[UUID, dict[str, Any]] = {}
        self._spans: dict[UUID, list[dict[str, Any]]] = {}
        self._kept: dict[type[models.Model], list[dict[str, Any]]] = defaultdict(list)
        self._places = {case.id: case.place for case in cases if case.place}
        self._posts = _Posts()
        self._numbers = _take_numbers(cases)

    def held(self) -> Snapshot:
        return self._held

    def row(self, case: UUID) -> dict[str, Any] | None:
        return self._rows.get(case)

    def spans(self, case: UUID) -> list[dict[str, Any]]:
        return self._spans[case]

    def desk(self, area: str, at: datetime) -> Holder | None:
        return self._posts.desk(area, at)

    def unit_holders(self, organisation: UUID, area: str, at: datetime) -> list[Holder]:
        return self._posts.of_unit(organisation, area[:6], at)

    def keep(self, model: type[models.Model], row: dict[str, Any]) -> None:
        self._kept[model].append(row)

    def write(self, course: Course, changed: dict[str, Any], version: int) -> None:
        course.row.update(changed)

    def number(self, case: UUID, at: datetime) -> str:
        return self._numbers[case]

    def locate(self, case: UUID, said: dict[str, Any], at: datetime) -> Located:
        return self._places.get(case) or locate(**said, at=at)

    def open(self, course: Course) -> None:
        self._rows[course.row["id"]] = course.row
        self._spans[course.row["id"]] = course.spans

    def locate_all(self, cases: Sequence[PastCase]) -> None:
        """Find every place now, because the processes cannot ask."""
        for case in cases:
            if case.id not in self._places:
                said = Report.model_validate(case.report).place.said()
                self._places[case.id] = locate(**said, at=case.at)

    def left(self) -> Iterator[tuple[type[models.Model], list[dict[str, Any]]]]:
        """Give the rows of every table, a few thousand at a time."""
        found: dict[type[models.Model], list[dict[str, Any]]] = {
            Case: list(self._rows.values()),
            ClockSpan: [span for spans in self._spans.values() for span in spans],
            **self._kept,
        }
        for model, every in found.items():
            for start in range(0, len(every), ENTRIES_AT_ONCE):
                yield model, every[start : start + ENTRIES_AT_ONCE]


class _Posts:
    """Who held which desk or unit when, read once."""

    def __init__(self) -> None:
        self._desks: dict[tuple[str, str], list[_Held]] = defaultdict(list)
        self._units: dict[UUID, list[_Held]] = defaultdict(list)
        held = Appointment.objects.select_related("post", "person").order_by("held_from", "id")
        for appointment in held.iterator(chunk_size=2000):
            one = _Held.of(appointment)
            self._desks[one.holder.area_code, one.holder.role].append(one)
            if one.holder.organisation and one.holder.role in UNIT_ROLES:
                self._units[one.holder.organisation].append(one)

    def desk(self, area: str, at: datetime) -> Holder | None:
        for code in parents(area):
            for one in self._desks.get((code, DESK_ROLES[level_of(code)]), ()):
                if one.is_at(at):
                    return one.holder
        return None

    def of_unit(self, organisation: UUID, city: str, at: datetime) -> list[Holder]:
        held = self._units.get(organisation, ())
        return [
            one.holder for one in held if one.is_at(at) and is_within(one.holder.area_code, city)
        ]


@dataclass(frozen=True, slots=True)
class _Held:
    since: datetime
    until: datetime | None
    holder: Holder

    @classmethod
    def of(cls, appointment: Appointment) -> "_Held":
        post, person = appointment.post, appointment.person
        holder = Holder(
            post=post.id, person=person.id, account=person.account_id, name=person.name,
            title=post.name, role=Role(post.role), area_code=post.area_code,
            organisation=post.organisation_id,
        )  # fmt: skip
        return cls(appointment.held_from, appointment.held_until, holder)

    def is_at(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def _take_numbers(cases: Sequence[PastCase]) -> dict[UUID, str]:
    """Give every case its number, in the order of the reports of its year."""
    by_year: dict[int, list[UUID]] = defaultdict(list)
    for _, number in sorted((case.at, number) for number, case in enumerate(cases)):
        by_year[year_of(cases[number].at)].append(cases[number].id)
    given: dict[UUID, str] = {}
    for year, ids in by_year.items():
        last = take_numbers(year, len(ids)) - len(ids)
        given |= {case: number_of(year, last + n) for n, case in enumerate(ids, start=1)}
    return given


def _entries(cases: Sequence[PastCase], share: Sequence[int], past: Past) -> Iterator[Any]:
    """Take every step of some cases in the order of time; give its order, entry and events."""
    order = [(cases[number].at, number, -1) for number in share]
    for number in share:
        order += [(step.at, number, place) for place, step in enumerate(cases[number].steps)]
    order.sort()
    for at, number, place in order:
        case = cases[number]
        if place < 0:
            entry = _entry(past, "cases.open", case.report, case.id, case.actor, at)
        else:
            step = case.steps[place]
            body = {"case": str(case.id), **step.body}
            entry = _entry(past, f"cases.{step.verb}", body, step.id, step.actor, at)
        yield at, number, place, *entry


def _entry(
    past: Past, name: str, body: Mapping[str, Any], command: UUID, actor: Actor, at: datetime
) -> Entry:
    known = command_named(name)
    parsed = parse(known, body)
    call = PastCall(command, actor, at, at)
    call.store = past
    if not known.may(actor, parsed):
        raise NotAllowed(command=name, role=actor.role, area=actor.area)
    result = as_result(known.handler(call, parsed))
    entry = entry_for_bulk(name, body, id=command, actor=actor, at=at, result=result)
    return entry, call.told
