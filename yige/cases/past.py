"""Past cases, their rows in memory while their steps are taken again, and who held which post."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import models

from yige.base import calendar, snapshot
from yige.base.access import Actor, Role
from yige.base.snapshot import Snapshot
from yige.cases import categories, workflow
from yige.cases.access import UNIT_ROLES
from yige.cases.course import Course, Shares
from yige.cases.intake import Report
from yige.cases.models import Case, ClockSpan
from yige.cases.store import number_of, take_numbers, year_of
from yige.kernel.codes import is_within, level_of, parents
from yige.kernel.ids import new_id
from yige.people.holders import Holder
from yige.people.models import Appointment
from yige.people.roles import DESK_ROLES
from yige.territory.locate import Located, locate


@dataclass(slots=True)
class PastStep:
    """A step as it was taken: `body` is the command's own, without the case."""

    verb: str
    at: datetime
    actor: Actor
    body: Mapping[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)


@dataclass(slots=True)
class PastCase:
    """A report as it came in, and the steps that followed; `place` if it was located already."""

    report: Mapping[str, Any]
    at: datetime
    actor: Actor
    steps: Sequence[PastStep] = ()
    id: UUID = field(default_factory=new_id)
    place: Located | None = None


class Cases(Protocol):
    """Past cases by number. Each may be made when its steps are taken, where they are taken."""

    def __len__(self) -> int:
        """Return how many there are."""

    def times(self, number: int) -> Sequence[datetime]:
        """Return when a case was reported, and when each of its steps was taken."""

    def case(self, number: int) -> PastCase:
        """Return a case, always the same one."""


class Listed:
    """Past cases that are there already."""

    def __init__(self, cases: Sequence[PastCase]) -> None:
        self.cases = cases

    def __len__(self) -> int:
        return len(self.cases)

    def times(self, number: int) -> Sequence[datetime]:
        """Return when a case was reported, and when each of its steps was taken."""
        case = self.cases[number]
        return [case.at, *(step.at for step in case.steps)]

    def case(self, number: int) -> PastCase:
        """Return a case."""
        return self.cases[number]

    def locate(self) -> None:
        """Find every place that is not known yet: processes beside this one cannot ask."""
        for case in self.cases:
            if case.place is None:
                said = Report.model_validate(case.report).place.said()
                case.place = locate(**said, at=case.at)


class Past:
    """The rows of past cases in memory, and who held which post when."""

    is_past = True

    def __init__(self, cases: Cases) -> None:
        self._held = snapshot.take()
        _read_rules(self._held)
        self._courses: dict[UUID, Course] = {}
        self._ended: list[UUID] = []
        self._kept: dict[type[models.Model], list[dict[str, Any]]] = defaultdict(list)
        self._posts = _Posts()
        self._numbers = _take_numbers([cases.times(number)[0] for number in range(len(cases))])
        self._opened: tuple[int, PastCase]

    def take(self, number: int, case: PastCase) -> None:
        """Take a case, to be opened next."""
        self._opened = number, case

    def end(self, case: UUID) -> None:
        """Note that a case's last step is the next to be taken."""
        self._ended.append(case)

    def held(self) -> Snapshot:
        return self._held

    def row(self, case: UUID) -> dict[str, Any] | None:
        course = self._courses.get(case)
        return course.row if course else None

    def course(self, row: dict[str, Any], held: Snapshot) -> Course:
        return self._courses[row["id"]].again()

    def desk(self, area: str, at: datetime) -> Holder | None:
        return self._posts.desk(area, at)

    def unit_holders(self, organisation: UUID, area: str, at: datetime) -> list[Holder]:
        return self._posts.of_unit(organisation, area[:6], at)

    def keep(self, model: type[models.Model], row: dict[str, Any]) -> None:
        self._kept[model].append(row)

    def write(self, course: Course, version: int) -> None:
        """Nothing is written before the last step of all."""

    def number(self, case: UUID, at: datetime) -> str:
        return self._numbers[self._opened[0]]

    def locate(self, case: UUID, said: dict[str, Any], at: datetime) -> Located:
        return self._opened[1].place or locate(**said, at=at)

    def open(self, course: Course) -> None:
        self._courses[course.row["id"]] = course

    def left(self) -> Iterator[tuple[type[models.Model], list[dict[str, Any]]]]:
        """Give the rows of the cases that have ended, and all that was kept, and let them go."""
        courses = [self._courses.pop(case) for case in self._ended]
        for course in courses:
            course.look_ahead()
        yield Case, [course.row for course in courses]
        yield ClockSpan, [span for course in courses for span in course.spans]
        yield from self._kept.items()
        self._ended.clear()
        self._kept.clear()


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


def _read_rules(held: Snapshot) -> None:
    """Read what every step goes by, before processes that cannot ask are set to work."""
    calendar.calendar(held)
    categories.known(held)
    workflow.current(held)
    Shares.of(held)


def _take_numbers(reported: Sequence[datetime]) -> list[str]:
    """Give every case its number, in the order of the reports of its year."""
    by_year: dict[int, list[int]] = defaultdict(list)
    for at, number in sorted((at, number) for number, at in enumerate(reported)):
        by_year[year_of(at)].append(number)
    given = [""] * len(reported)
    for year, numbers in by_year.items():
        last = take_numbers(year, len(numbers)) - len(numbers)
        for serial, number in enumerate(numbers, start=last + 1):
            given[number] = number_of(year, serial)
    return given
