"""Where a step finds its case and leaves what it did: the database, or the past in memory.

A command works on the database. The bulk load of past cases runs the very same steps over rows
in memory, so that it leaves what single commands would have left.
"""

from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from django.db import connection, models
from django.db.models import QuerySet
from django.utils.timezone import get_default_timezone

from yige.base import calendar, rows, snapshot
from yige.base.commands import Call, Stale
from yige.base.snapshot import Snapshot
from yige.cases import categories, workflow
from yige.cases.access import UNIT_ROLES
from yige.cases.course import Course, Shares
from yige.cases.models import Case, ClockSpan, Numbering
from yige.kernel.codes import Level, part
from yige.people.holders import Holder, desk_of, holders_within
from yige.territory.locate import Located, locate


class Store(Protocol):
    """What a step asks for and leaves."""

    is_past: bool
    """Whether it happened long ago: then nobody is told of it any more."""

    def held(self) -> Snapshot:
        """Return the city's values."""

    def row(self, case: UUID) -> dict[str, Any] | None:
        """Return the columns of a case."""

    def course(self, row: dict[str, Any], held: Snapshot) -> Course:
        """Put a case on its course, with its clocks, for one step."""

    def desk(self, area: str, at: datetime) -> Holder | None:
        """Return who answers for an area."""

    def unit_holders(self, organisation: UUID, area: str, at: datetime) -> list[Holder]:
        """List who may handle for an organisation in the city of an area."""

    def keep(self, model: type[models.Model], row: dict[str, Any]) -> None:
        """Write a row that hangs on a case."""

    def write(self, course: Course, version: int) -> None:
        """Write changed columns if the case is still at a version, and its clocks."""

    def number(self, case: UUID, at: datetime) -> str:
        """Give a new case its number."""

    def locate(self, case: UUID, said: dict[str, Any], at: datetime) -> Located:
        """Find where a place belongs."""

    def open(self, course: Course) -> None:
        """Write a new case with its clocks."""


class Live:
    """The database."""

    is_past = False

    def held(self) -> Snapshot:
        return snapshot.take()

    def row(self, case: UUID) -> dict[str, Any] | None:
        return row_of(Case.objects.filter(id=case))

    def course(self, row: dict[str, Any], held: Snapshot) -> Course:
        return course_of(row, held)

    def desk(self, area: str, at: datetime) -> Holder | None:
        return desk_of(area, at=at)

    def unit_holders(self, organisation: UUID, area: str, at: datetime) -> list[Holder]:
        city, roles = part(area, Level.CITY), tuple(sorted(UNIT_ROLES))
        return holders_within(city, at=at, roles=roles, organisation=organisation)

    def keep(self, model: type[models.Model], row: dict[str, Any]) -> None:
        rows.insert(model, [row], tail="ON CONFLICT DO NOTHING")

    def write(self, course: Course, version: int) -> None:
        course.look_ahead()
        case, changed = course.row["id"], course.changed
        if changed and not Case.objects.filter(id=case, version=version).update(**changed):
            raise Stale(case=str(case))
        for span in course.ended:
            if "id" in span:
                ClockSpan.objects.filter(id=span["id"]).update(ended_at=span["ended_at"])
        if course.began:
            rows.insert(ClockSpan, course.began)

    def number(self, case: UUID, at: datetime) -> str:
        year = year_of(at)
        return number_of(year, take_numbers(year, 1))

    def locate(self, case: UUID, said: dict[str, Any], at: datetime) -> Located:
        return locate(**said, at=at)

    def open(self, course: Course) -> None:
        course.look_ahead()
        rows.insert(Case, [course.row])
        rows.insert(ClockSpan, course.spans)


LIVE = Live()


def year_of(at: datetime) -> int:
    """Return the year of an instant in the city's time."""
    return at.astimezone(get_default_timezone()).year


def number_of(year: int, serial: int) -> str:
    """Write a case number."""
    return f"{year}-{serial:06d}"


def take_numbers(year: int, count: int) -> int:
    """Take the next numbers of a year and return the last of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_numbering SET last = last + %s WHERE year = %s RETURNING last",
            [count, year],
        )
        found = cursor.fetchone()
    if found:
        return int(found[0])
    Numbering.objects.get_or_create(year=year)
    return take_numbers(year, count)


class PastCall(Call):
    """A command that was taken long ago; it finds and leaves its rows in memory."""

    store: Store


def store_of(call: Call) -> Store:
    """Return where a command works."""
    return call.store if isinstance(call, PastCall) else LIVE


def course_of(row: dict[str, Any], held: Snapshot) -> Course:
    """Put a case's row on its course, with its clocks."""
    spans = ClockSpan.objects.filter(case=row["id"]).order_by("started_at", "id")
    return Course(
        row=row,
        spans=cast(list[dict[str, Any]], list(spans.values())),
        table=workflow.table_of(row["workflow"], held),
        category=categories.known(held)[row["category"]],
        calendar=calendar.calendar(held),
        shares=Shares.of(held),
    )


def row_of(cases: QuerySet[Case]) -> dict[str, Any] | None:
    """Read the columns of the first of some cases."""
    return next(iter(rows_of(cases[:1])), None)


def rows_of(cases: QuerySet[Case]) -> list[dict[str, Any]]:
    """Read the columns of some cases."""
    return cast(list[dict[str, Any]], list(cases.values()))
