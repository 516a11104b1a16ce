"""Load past cases with all their steps, leaving what single commands would have left.

The steps run in the order of time through the very handlers of the commands, over rows in memory;
then rows, entries and events are written by the fastest way the database has. Nobody is told of
what happened long ago. Only merging is left out: it needs the other case in the database.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from yige.cases.course import Course
from yige.cases.models import Attachment, Case, ClockSpan, FollowUp, Note, Reporter
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


def load(cases: Sequence[PastCase], *, progress: Progress = lambda share: None) -> Loaded:
    """Load cases in one transaction. The first step that could not be taken raises its refusal."""
    if not cases:
        return Loaded(0, 0, 0)
    with transaction.atomic():
        past = Past(cases)
        total = len(cases) + sum(len(case.steps) for case in cases)
        written, position = 0, 0
        entries = _entries(cases, past)
        while batch := list(islice(entries, ENTRIES_AT_ONCE)):
            position = journal.append_many(batch)
            written += len(batch)
            progress(0.9 * written / total)
        past.write_all()
        progress(1.0)
    return Loaded(len(cases), written, position)


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
        self._last = _take_numbers(cases)

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

    def number(self, at: datetime) -> str:
        year = year_of(at)
        self._last[year] += 1
        return number_of(year, self._last[year])

    def locate(self, case: UUID, said: dict[str, Any], at: datetime) -> Located:
        return self._places.get(case) or locate(**said, at=at)

    def open(self, course: Course) -> None:
        self._rows[course.row["id"]] = course.row
        self._spans[course.row["id"]] = course.spans

    def write_all(self) -> None:
        """Write every row."""
        rows.load(Case, self._rows.values())
        rows.load(ClockSpan, (span for spans in self._spans.values() for span in spans))
        for model in (Reporter, Attachment, Note, FollowUp):
            if self._kept[model]:
                rows.load(model, self._kept[model])


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


def _take_numbers(cases: Sequence[PastCase]) -> dict[int, int]:
    """Reserve the numbers of each year; return the last one given before."""
    wanted: dict[int, int] = defaultdict(int)
    for case in cases:
        wanted[year_of(case.at)] += 1
    return {year: take_numbers(year, count) - count for year, count in wanted.items()}


def _entries(cases: Sequence[PastCase], past: Past) -> Iterator[Entry]:
    """Take every step in the order of time; give its entry and events."""
    order = [(case.at, number, -1) for number, case in enumerate(cases)]
    for number, case in enumerate(cases):
        order += [(step.at, number, place) for place, step in enumerate(case.steps)]
    order.sort()
    for _, number, place in order:
        case = cases[number]
        if place < 0:
            yield _entry(past, "cases.open", case.report, case.id, case.actor, case.at)
            continue
        step = case.steps[place]
        body = {"case": str(case.id), **step.body}
        yield _entry(past, f"cases.{step.verb}", body, step.id, step.actor, step.at)


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
