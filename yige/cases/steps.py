"""Load a case for a step, and write down what the step did: shared by all verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from yige.base.access import Role
from yige.base.city import declare
from yige.base.commands import Call, Deferred, NotAllowed
from yige.base.fields import Body, Words
from yige.base.models import Deferral
from yige.base.snapshot import Snapshot
from yige.cases import access, tracking, workflow
from yige.cases.course import LEVELS, Course
from yige.cases.errors import NoSuchCase, NotTheHolder, WordsMissing
from yige.cases.models import Attachment, Case, Note
from yige.cases.store import row_of, store_of
from yige.channels.notices import notify, notify_many
from yige.kernel.codes import Level, is_within, level_of, part
from yige.people.holders import Holder
from yige.territory import locate
from yige.territory.crosswalk import forerunners

OUR_JUDGEMENT: Final = "our judgement"

declare("cases.remind_at", 0.75, label=_("Share of the time at which the holder is reminded"),
        source=OUR_JUDGEMENT)  # fmt: skip
declare("cases.intake_at", 1.0, label=_("Share of the time at which the town intake is told"),
        source=OUR_JUDGEMENT)  # fmt: skip
declare("cases.city_at", 1.5, label=_("Share of the time at which the city platform is told"),
        source=OUR_JUDGEMENT)  # fmt: skip


class Step(Body):
    """A step with a case. A reporter without log-in gives the proof of the tracking page."""

    case: UUID
    text: Words = ""
    proof: str = Field(default="", max_length=64)


class StepWithPhotos(Step):
    """A step that may show photos, declared by their ids."""

    photos: tuple[UUID, ...] = Field(default=(), max_length=9)


@dataclass(frozen=True)
class Taken:
    """A case under way in this command."""

    course: Course
    verb: str
    held: Snapshot
    version: int
    is_reporter: bool = False

    @property
    def row(self) -> dict[str, Any]:
        """The columns of the case."""
        return self.course.row


def take(call: Call, verb: str, step: Step) -> Taken:
    """Load the case for a verb, when the actor may take this step with it now.

    Raises NoSuchCase, NotAllowed, NotTheHolder, WordsMissing, Stale; and Deferred when the case
    was the actor's at the time the step was made, and has moved to another area since.
    """
    store = store_of(call)
    held, row = store.held(), store.row(step.case)
    is_reporter = row is not None and _is_reporter(call, step, row)
    if row is None or not (is_reporter or access.sees(call.actor, row)):
        raise _moved_or_missing(call, step.case, row)
    table = workflow.table_of(row["workflow"], held)
    if not access.may_step(call.actor, verb, row, table, is_reporter=is_reporter):
        if call.actor.role.value in table.roles_of(verb):
            if not call.actor.covers(row["area_code"]) and was_with(call, row):
                raise _to_its_area(row)
            raise NotTheHolder(case=str(step.case), level=row["level"], area=row["area_code"])
        raise NotAllowed(command=f"cases.{verb}", role=call.actor.role, area=call.actor.area)
    if table.rules[verb].asks and not step.text:
        raise WordsMissing(verb=verb, asks=table.rules[verb].asks)
    if table.rules[verb].moves and call.based_on is not None:
        _expect(call, row)
    return Taken(store.course(row, held), verb, held, row["version"], is_reporter)


def give(
    call: Call, taken: Taken, step: Step, *, is_public: bool = True, **facts: Any
) -> dict[str, Any]:
    """Write what the step changed, and tell it."""
    write(call, taken, is_move=bool(taken.course.table.rules[taken.verb].moves))
    if step.text:
        keep(call, Note, step.case, verb=taken.verb, text=step.text, is_public=is_public)
    if isinstance(step, StepWithPhotos):
        for photo in dict.fromkeys(step.photos):
            file = {"case_id": step.case, "file": photo, "stage": taken.verb, "at": call.at}
            store_of(call).keep(Attachment, file)
    row, moves = taken.row, taken.course.table.rules[taken.verb].moves
    about = "cases.case_moved" if moves else "cases.case_changed"
    tell(call, about, row, verb=taken.verb, **(taken.course.facts() | facts))
    names = ("number", "state", "level", "area_code", "version")
    return {"id": str(row["id"])} | {name: row[name] for name in names}


def keep(call: Call, model: type[models.Model], case: UUID, **columns: Any) -> None:
    """Write a row that hangs on a case and on this command."""
    row = {"case_id": case, "entry": call.id, "at": call.at} | columns
    store_of(call).keep(model, row)


def write(call: Call, taken: Taken, *, is_move: bool) -> None:
    """Write the changed columns, when nobody else has moved the case meanwhile, and its clocks."""
    course = taken.course
    if is_move:
        course.set(version=taken.version + 1, changed_by=call.id)
    store_of(call).write(course, taken.version)


def tell(call: Call, kind: str, row: dict[str, Any], **facts: Any) -> None:
    """Tell a fact of a case, with what the figures need."""
    call.tell(
        kind,
        subject=row["id"],
        area=row["area_code"],
        unit=row["unit_code"],
        **({"category": row["category"], "counted_in": row["counted_in"]} | facts),
    )


def desk_at(call: Call, area: str, level: str) -> tuple[str, Holder | None]:
    """Return the level that really holds a case meant for one, and who does.

    A vacant post is skipped upwards; where even the platform is vacant the case stands there.
    """
    holder = store_of(call).desk(part(area, Level(level)) or area, call.at)
    return (level_of(holder.area_code).value if holder else LEVELS[-1]), holder


def level_above(level: str, area: str) -> str:
    """Return the next level up from a desk ("" above the city)."""
    rank = max(LEVELS.index(level), LEVELS.index(level_of(area).value))
    return LEVELS[rank + 1] if rank + 1 < len(LEVELS) else ""


def inform(call: Call, taken: Taken, to: Holder | UUID | None, about: str) -> None:
    """Write to the inbox of whoever holds the case now; not to the one who just acted."""
    account = to.account if isinstance(to, Holder) else to
    if store_of(call).is_past:
        return
    if account is not None and account != call.actor.account:
        notify(account, about=about, **notice(taken.course, at=call.at))


def inform_unit(call: Call, taken: Taken, organisation: UUID, about: str) -> None:
    """Write to the inboxes of all who handle for an organisation."""
    if store_of(call).is_past:
        return
    notify_many(
        unit_holders(call, organisation, taken.row["area_code"]),
        about=about,
        **notice(taken.course, at=call.at),
    )


def unit_holders(call: Call, organisation: UUID, area: str) -> list[Holder]:
    """List who may handle for an organisation in the city."""
    return store_of(call).unit_holders(organisation, area, call.at)


def notice(course: Course, *, at: datetime) -> dict[str, Any]:
    """Return what a notice of a case says."""
    course.look_ahead()
    row = course.row
    due = row["finish_by"] or row["act_by"]
    return {
        "subject": row["id"],
        "area": row["area_code"],
        "at": at,
        "number": row["number"],
        "category": course.category.name_zh,
        "due": due.astimezone(course.calendar.zone).strftime("%Y-%m-%d %H:%M") if due else "",
    }


def late(verb: str) -> Callable[[Call, Step], Deferred | None]:
    """Make the answer to a step whose author no longer holds the post: it goes to the case's area.

    Right only if the table lets the role take the step, and the case was in the post's area then.
    """

    def moved(call: Call, step: Step) -> Deferred | None:
        if call.actor.role.value not in workflow.shipped().roles_of(verb):
            return None
        row = row_of(Case.objects.filter(id=step.case))
        if row is None:
            return _with_its_report(step.case)
        if was_with(call, row) or access.sees(call.actor, row):
            return _to_its_area(row)
        return None

    return moved


def was_with(call: Call, row: dict[str, Any]) -> bool:
    """Tell whether the case's unit lay in the actor's area of then when the step was made."""
    if not row["unit_code"] or call.actor.role not in access.HOLDERS:
        return False
    place = locate.area_of_unit(row["unit_code"], call.made_at)
    areas = forerunners(call.actor.area, at=call.made_at, now=call.at) | {call.actor.area}
    return any(is_within(place, area) for area in areas)


def _with_its_report(case: UUID) -> Deferred | None:
    """Send a step after its report, when that report waits for somebody to take it over."""
    report = Deferral.open_rows().filter(entry=case).first()
    return Deferred(area=report.area_code, unit=report.unit_code, subject=case) if report else None


def _to_its_area(row: dict[str, Any]) -> Deferred:
    return Deferred(area=row["area_code"], unit=row["unit_code"], subject=row["id"])


def _moved_or_missing(call: Call, case: UUID, row: dict[str, Any] | None) -> Exception:
    if row is None:
        return _with_its_report(case) or NoSuchCase(case=str(case))
    if call.actor.role is not Role.RESIDENT and was_with(call, row):
        return _to_its_area(row)
    return NoSuchCase(case=str(case))


def _is_reporter(call: Call, step: Step, row: dict[str, Any]) -> bool:
    by_proof = tracking.is_proof(step.proof, row["id"], call.id)
    return by_proof or access.is_own(call.actor, row)


def _expect(call: Call, row: dict[str, Any]) -> None:
    call.expect(Case(id=row["id"], version=row["version"], changed_by=row["changed_by"]))
