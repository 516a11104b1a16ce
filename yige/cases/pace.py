"""Time and attention: park, extend, supervise, reclassify; and what the house does by itself."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from django.utils.timezone import localtime
from pydantic import AwareDatetime, Field, StringConstraints

from yige.base import snapshot
from yige.base.commands import Call, command
from yige.base.fields import Body
from yige.cases import access, categories, routing, steps, workflow
from yige.cases.course import LATE, LONG_LATE, NOTICED
from yige.cases.errors import DateWrong, NoSuchCase
from yige.cases.models import Case
from yige.cases.steps import Step, Taken
from yige.cases.store import course_of, row_of, rows_of
from yige.cases.table import TELL
from yige.kernel.codes import Level

may = access.may_take_part
MOST_DAYS: Final = 366
ARCHIVE_AT_ONCE: Final = 500


class Until(Step):
    """A step with the instant it is for."""

    until: AwareDatetime


class Reclassify(Step):
    """The category that fits better."""

    category: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]


class Watch(Body):
    """The case to look at."""

    case: UUID


class Archive(Body):
    """Cases that ended before an instant."""

    before: AwareDatetime
    most: int = Field(default=ARCHIVE_AT_ONCE, ge=1, le=5000)


@command("cases.park", may=may)
def park(call: Call, step: Until) -> dict[str, Any]:
    """Park a case until a day, with the plan for it; its clock rests. Only the city may."""
    taken = steps.take(call, "park", step)
    _in_time(step.until, call.at)
    taken.course.move("park", call.at, parked_until=step.until)
    return steps.give(call, taken, step)


@command("cases.resume", may=may)
def resume(call: Call, step: Step) -> dict[str, Any]:
    """Go on with a parked case; its clock runs on with the time that was left."""
    taken = steps.take(call, "resume", step)
    resume_course(call, taken)
    return steps.give(call, taken, step)


@command("cases.extend", may=may)
def extend(call: Call, step: Until) -> dict[str, Any]:
    """Grant more time, with the reason; counted among the extended cases."""
    taken = steps.take(call, "extend", step)
    _in_time(step.until, call.at)
    if taken.row["finish_by"] and step.until <= taken.row["finish_by"]:
        raise DateWrong(until=_said(step.until), most_days=MOST_DAYS)
    taken.course.extend(step.until, call.at)
    return steps.give(call, taken, step)


@command("cases.supervise", may=may)
def supervise(call: Call, step: Step) -> dict[str, Any]:
    """Put a case under supervision, with a reason; the holder is told and it stands out."""
    taken = steps.take(call, "supervise", step)
    taken.course.set(is_supervised=True)
    _tell_holder(call, taken, "cases.supervised")
    return steps.give(call, taken, step, is_public=False)


@command("cases.reclassify", may=may)
def reclassify(call: Call, step: Reclassify) -> dict[str, Any]:
    """Give a case the category that fits, and its time limits; time that passed stays passed."""
    taken = steps.take(call, "reclassify", step)
    taken.course.reclassify(categories.leaf(step.category, taken.held), call.at)
    return steps.give(call, taken, step, is_public=False)


@command("cases.watch", may=access.may_run_by_itself)
def watch(call: Call, watch: Watch) -> dict[str, Any]:
    """Look at a case whose time has come: remind, tell the desks above, escalate, take back.

    At 75 % of its time the holder is reminded, at 100 % the town intake is told, at 150 % the
    city. A step that nobody took in its own time is told, or taken by the house, as the workflow
    says.
    """
    taken = _take_for_watch(watch.case)
    if taken is None:
        raise NoSuchCase(case=str(watch.case))
    passed = taken.course.pass_threshold(call.at)
    for threshold in passed:
        _tell_threshold(call, taken, threshold)
    did = _after_time_out(call, taken, is_told=bool(passed))
    if taken.row["closed_at"] is None:
        taken.course.watch(call.at)
    is_move = did in taken.course.table.rules
    steps.write(call, taken, is_move=is_move)
    if passed or did:
        kind = "cases.case_moved" if is_move else "cases.case_watched"
        verb = did or _word(passed[-1])
        steps.tell(call, kind, taken.row, verb=verb, **taken.course.facts())
    return {"did": did, "attention": taken.row["attention"]}


@command("cases.archive", may=access.may_run_by_itself)
def archive(call: Call, archive: Archive) -> dict[str, int]:
    """Archive cases that ended long enough ago; nothing is asked about them any more."""
    held = snapshot.take()
    ended = Case.objects.filter(state__in=("closed", "rated"), closed_at__lt=archive.before)
    archived = 0
    for row in rows_of(ended.order_by("closed_at")[: archive.most]):
        taken = Taken(course_of(row, held), "archive", held, row["version"])
        taken.course.move("archive", call.at)
        steps.write(call, taken, is_move=True)
        steps.tell(call, "cases.case_moved", row, verb="archive", **taken.course.facts())
        archived += 1
    return {"archived": archived}


def resume_course(call: Call, taken: Taken) -> None:
    """Let a parked case wait at its desk again."""
    row = taken.row
    desk = row["returns_to"] if row["level"] == "unit" else row["level"]
    level, holder = steps.desk_at(call, row["area_code"], desk)
    taken.course.move("resume", call.at, level=level, organisation=None, returns_to="")
    steps.inform(call, taken, holder, "cases.assigned")


def archive_before(at: datetime) -> datetime:
    """Return the instant before which ended cases are archived by the shipped table."""
    limit = workflow.shipped().states["closed"].archive_after
    return at - timedelta(days=float(limit.removesuffix("d")))


def _take_for_watch(case: UUID) -> Taken | None:
    held = snapshot.take()
    row = row_of(Case.objects.filter(id=case, closed_at=None))
    if row is None:
        return None
    return Taken(course_of(row, held), "", held, row["version"])


def _after_time_out(call: Call, taken: Taken, *, is_told: bool) -> str:
    """Do what the workflow wants when a step was not taken in its time; say what it was.

    It is done once; from then on the desk above is told again day by day.
    """
    row, seen = taken.row, taken.row["watch_at"]
    if row["act_by"] is None or row["act_by"] > call.at or seen is None or seen > call.at:
        return ""
    time_out = taken.course.table.states[taken.course.state].time_out
    then = time_out.then if time_out else TELL
    if row["act_by"] < seen:
        then = "" if is_told else TELL
    taken = Taken(taken.course, then, taken.held, taken.version)
    if then == "escalate" and _is_at_the_top(row):
        then = TELL
    if then == "escalate":
        routing.raise_up(call, taken)
    elif then == "take_back":
        routing.bring_back(call, taken)
    elif then == "resume":
        resume_course(call, taken)
    elif then == "close":
        taken.course.move("close", call.at)
    elif then == TELL:
        _tell_above(call, taken)
        return "time_out"
    return then


def _is_at_the_top(row: dict[str, Any]) -> bool:
    return not steps.level_above(row["level"], row["area_code"])


def _tell_threshold(call: Call, taken: Taken, threshold: int) -> None:
    if threshold == NOTICED:
        _tell_holder(call, taken, "cases.due_soon")
        return
    level = Level.TOWN if threshold == LATE else Level.CITY
    _, holder = steps.desk_at(call, taken.row["area_code"], level)
    steps.inform(call, taken, holder, "cases.overdue")


def _tell_above(call: Call, taken: Taken) -> None:
    row = taken.row
    desk = row["returns_to"] if row["level"] == "unit" else row["level"]
    above = desk if row["level"] == "unit" else steps.level_above(desk, row["area_code"]) or desk
    _, holder = steps.desk_at(call, row["area_code"], above)
    steps.inform(call, taken, holder, "cases.waiting_long")


def _tell_holder(call: Call, taken: Taken, about: str) -> None:
    row = taken.row
    if row["level"] == "unit":
        steps.inform_unit(call, taken, row["organisation"], about)
        return
    _, holder = steps.desk_at(call, row["area_code"], row["level"])
    steps.inform(call, taken, holder, about)


def _word(threshold: int) -> str:
    return {NOTICED: "remind", LATE: "overdue", LONG_LATE: "long_overdue"}[threshold]


def _in_time(until: datetime, at: datetime) -> None:
    if not at < until <= at + timedelta(days=MOST_DAYS):
        raise DateWrong(until=_said(until), most_days=MOST_DAYS)


def _said(at: datetime) -> str:
    """Write a time as the city's clocks show it."""
    return f"{localtime(at):%Y-%m-%d %H:%M}"
