"""Open a case from a report: the hot path, written as plain rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from yige.base import calendar, crypto
from yige.base.access import Actor
from yige.base.commands import Call, Deferred, command
from yige.base.crypto import canonical
from yige.base.fields import AreaCode, Body, Line, UnitCode, Words
from yige.base.snapshot import Snapshot
from yige.cases import access, categories, steps, workflow
from yige.cases.categories import OTHER, Known
from yige.cases.course import Course, Shares, as_told
from yige.cases.errors import NoCityYet
from yige.cases.models import Attachment, Case, Reporter
from yige.cases.store import store_of
from yige.channels.notices import notify, post_by_mail
from yige.kernel.codes import level_of
from yige.people.holders import Holder
from yige.territory.locate import Located

CONTACTS: Final = "contacts"
Source = Literal["", "web", "desk", "grid", "hotline", "api", "open311", "import"]
Phone = Annotated[str, StringConstraints(pattern=r"^$|^\+?[0-9][0-9 -]{4,19}$")]
Mail = Annotated[str, StringConstraints(pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]


class Place(Body):
    """Where it is: any of these, the more the better, none is needed."""

    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    address: Line = ""
    unit_code: UnitCode | None = None
    area_code: AreaCode | None = None

    def said(self) -> dict[str, Any]:
        """Return what was said of the place."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


class Contact(Body):
    """How to reach the reporter. Encrypted; shown masked; each full reading is journalled."""

    name: Line = Field(default="", max_length=60)
    phone: Phone = ""
    email: Mail = ""


class Report(Body):
    """What somebody says: what, where, and if they wish who."""

    text: Words = Field(min_length=1)
    place: Place = Place()
    category: Annotated[str, StringConstraints(pattern=r"^(\d{4})?$")] = ""
    photos: tuple[UUID, ...] = Field(default=(), max_length=9)
    contact: Contact | None = None
    source: Source = ""
    is_anonymous: bool = False
    is_urgent: bool = False
    language: Literal["zh-hans", "en"] = "zh-hans"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a report is opened under."""

    id: UUID
    at: datetime
    actor: Actor
    place: Located
    level: str
    category: Known


def _to_its_area(call: Call, report: Report) -> Deferred | None:
    """A report whose author has left the post is not lost: it goes to the desk of its area."""
    if not access.may_open(call.actor, report):
        return None
    place = locate_report(call, report)
    return Deferred(area=place.area_code, unit=place.unit_code, subject=call.id)


@command("cases.open", may=access.may_open, late=_to_its_area)
def open_case(call: Call, report: Report) -> dict[str, Any]:
    """Open a case from a report and give it to the desk of the place it happened in.

    Falls to the smallest area known to hold the place, and is never refused for want of a grid.
    While the post of grid worker is vacant the case waits at the station. The case takes the
    command's own id.
    """
    store = store_of(call)
    held, place = store.held(), locate_report(call, report)
    holder = store.desk(place.area_code, call.at)
    opening = Opening(
        id=call.id,
        at=call.at,
        actor=call.actor,
        place=place,
        level=level_of(holder.area_code if holder else place.area_code[:6]).value,
        category=categories.leaf(report.category or OTHER, held),
    )
    course = open_course(report, opening, held)
    _write(call, report, opening, course)
    _tell(call, report, course, holder)
    row = course.row
    return {"id": str(row["id"]), "number": row["number"], "state": row["state"],
            "level": row["level"], "area_code": row["area_code"]}  # fmt: skip


def locate_report(call: Call, report: Report) -> Located:
    """Find where a report belongs; raise NoCityYet before the city has its divisions."""
    place = store_of(call).locate(call.id, report.place.said(), call.at)
    if not place.area_code:
        raise NoCityYet()
    return place


def open_course(report: Report, opening: Opening, held: Snapshot) -> Course:
    """Make the case's row, without its number, and start its clocks."""
    table = workflow.current(held)
    course = Course(
        row=_row(report, opening, table.version, table.after("open", "draft")),
        spans=[],
        table=table,
        category=opening.category,
        calendar=calendar.calendar(held),
        shares=Shares.of(held),
    )
    course.begin(opening.at)
    return course


def source_of(report: Report, actor: Actor) -> str:
    """Tell by which way a report came."""
    return report.source or access.SOURCES.get(actor.role, "desk")


def facts_of(course: Course) -> dict[str, Any]:
    """Return what the opening event says."""
    row = course.row
    return as_told(row) | {
        "verb": "open",
        "number": row["number"],
        "source": row["source"],
        "workflow": row["workflow"],
        "counted_in": row["counted_in"],
        "due": row["finish_by"].isoformat() if row["finish_by"] else None,
    }


def reporter_row(report: Report, opening: Opening) -> dict[str, Any] | None:
    """Return the reporter's row, or None for a report without contact or account."""
    contact, account = report.contact, opening.actor.account
    if contact is None and account is None:
        return None
    said = contact.model_dump() if contact else {}
    return {
        "case_id": opening.id,
        "contact": locked(said) if any(said.values()) else None,
        "has_mail": bool(contact and contact.email),
        "is_anonymous": report.is_anonymous,
        "account": account,
        "language": report.language,
        "at": opening.at,
    }


def _row(report: Report, opening: Opening, version: int, state: str) -> dict[str, Any]:
    place, category, said = opening.place, opening.category, report.place
    shows_point = not category.is_restricted and said.lon is not None and said.lat is not None
    row = dict(BLANK)
    row |= {
        "id": opening.id,
        "unit_code": place.unit_code,
        "area_code": place.area_code,
        "counted_in": place.area_code,
        "source": source_of(report, opening.actor),
        "category": category.code,
        "state": state,
        "level": opening.level,
        "workflow": version,
        "text": report.text,
        "address": said.address,
        "lon": said.lon if shows_point else None,
        "lat": said.lat if shows_point else None,
        "is_restricted": category.is_restricted,
        "is_urgent": report.is_urgent or category.is_emergency,
        "opened_by": opening.actor.account,
        "received_at": opening.at,
        "changed_by": opening.id,
    }
    return row


def _blank() -> dict[str, Any]:
    fields = [field for field in Case._meta.concrete_fields if field.name != "id"]
    return {field.attname: field.get_default() for field in fields}


BLANK: Final = _blank()


def _write(call: Call, report: Report, opening: Opening, course: Course) -> None:
    store = store_of(call)
    # The number last: other reports wait for it from here on.
    course.row["number"] = store.number(opening.id, call.at)
    store.open(course)
    if reporter := reporter_row(report, opening):
        store.keep(Reporter, reporter)
    for photo in dict.fromkeys(report.photos):
        store.keep(Attachment, {"case_id": opening.id, "file": photo, "at": opening.at})


def locked(said: dict[str, str]) -> bytes:
    """Encrypt a contact."""
    return crypto.lock(canonical(said), key=CONTACTS)


def _tell(call: Call, report: Report, course: Course, holder: Holder | None) -> None:
    if holder and holder.account != call.actor.account and not store_of(call).is_past:
        notify(holder, about="cases.assigned", **steps.notice(course, at=call.at))
    if report.contact and report.contact.email and not store_of(call).is_past:
        post_by_mail(
            report.contact.email, about="cases.received", subject=course.row["id"], at=call.at,
            language=report.language, number=course.row["number"],
        )  # fmt: skip
    steps.tell(call, "cases.case_opened", course.row, **facts_of(course))
