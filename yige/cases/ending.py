"""Verify, ask the reporter, close; and the ways a case ends early or begins again."""

from typing import Any
from uuid import UUID

from pydantic import Field

from yige.base.commands import Call, command
from yige.cases import access, steps
from yige.cases.errors import MergeWrong, RatingMissing
from yige.cases.letters import ask_the_reporter, tell_the_end
from yige.cases.models import Case, FollowUp
from yige.cases.steps import Step, Taken

may = access.may_take_part
REWORKS_BEFORE_SUPERVISION = 2


class Close(Step):
    """How the following up went: nobody was reached, or nothing was asked."""

    is_reached: bool = True


class Rating(Step):
    """What the reporter says: one to five, solved or not; one of both at least."""

    rating: int | None = Field(default=None, ge=1, le=5)
    is_solved: bool | None = None


class Merge(Step):
    """The case that goes on for both."""

    into: UUID


@command("cases.verify", may=may)
def verify(call: Call, step: Step) -> dict[str, Any]:
    """Find that it is really done, and ask the reporter whether it helped."""
    taken = steps.take(call, "verify", step)
    taken.course.move("verify", call.at)
    ask_the_reporter(call, taken.course)
    return steps.give(call, taken, step)


@command("cases.rework", may=may)
def rework(call: Call, step: Step) -> dict[str, Any]:
    """Find that it is not done: whoever did it does it again, the second time supervised."""
    taken = steps.take(call, "rework", step)
    row = taken.row
    times = row["reworks"] + 1
    taken.course.set(is_supervised=row["is_supervised"] or times >= REWORKS_BEFORE_SUPERVISION)
    taken.course.move("rework", call.at, level=row["worked_at"] or row["level"])
    _tell_the_worker(call, taken)
    return steps.give(call, taken, step, is_public=False)


@command("cases.close", may=may)
def close(call: Call, step: Close) -> dict[str, Any]:
    """Close a case that its reporter did not rate."""
    taken = steps.take(call, "close", step)
    taken.course.move("close", call.at)
    if not step.is_reached:
        steps.keep(call, FollowUp, step.case, is_reached=False)
    return steps.give(call, taken, step, is_public=False, is_reached=step.is_reached)


@command("cases.rate", may=may)
def rate(call: Call, step: Rating) -> dict[str, Any]:
    """Say whether it helped: by the reporter, or by the desk that asked the reporter."""
    taken = steps.take(call, "rate", step)
    if step.rating is None and step.is_solved is None:
        raise RatingMissing(case=str(step.case))
    taken.course.move("rate", call.at, rating=step.rating, is_solved=step.is_solved)
    follow_up(call, taken, rating=step.rating, is_solved=step.is_solved)
    return steps.give(call, taken, step, is_public=taken.is_reporter)


@command("cases.reopen", may=may)
def reopen(call: Call, step: Step) -> dict[str, Any]:
    """Begin again, because the reporter says it is not solved. Counted; the time begins anew."""
    taken = steps.take(call, "reopen", step)
    row = taken.row
    desk = row["returns_to"] or ("community" if row["level"] == "grid" else row["level"])
    level, holder = steps.desk_at(call, row["area_code"], desk)
    taken.course.move("reopen", call.at, level=level, organisation=None, returns_to="")
    follow_up(call, taken, rating=None, is_solved=False)
    steps.inform(call, taken, holder, "cases.reopened")
    return steps.give(call, taken, step)


@command("cases.withdraw", may=may)
def withdraw(call: Call, step: Step) -> dict[str, Any]:
    """Take back one's own report while nobody works on it yet."""
    taken = steps.take(call, "withdraw", step)
    taken.course.move("withdraw", call.at)
    return steps.give(call, taken, step)


@command("cases.void", may=may)
def void(call: Call, step: Step) -> dict[str, Any]:
    """Void a case that should never have been one, with a reason that its reporter reads."""
    taken = steps.take(call, "void", step)
    taken.course.move("void", call.at)
    tell_the_end(call, taken.course)
    return steps.give(call, taken, step)


@command("cases.merge", may=may)
def merge(call: Call, step: Merge) -> dict[str, Any]:
    """Merge a case into another open one about the same; both numbers and reporters stay."""
    taken = steps.take(call, "merge", step)
    into = access.visible_cases(call.actor).filter(id=step.into, closed_at=None).first()
    if into is None or into.id == step.case:
        raise MergeWrong(into=str(step.into))
    taken.course.move("merge", call.at, merged_into=into.id)
    Case.objects.filter(merged_into=step.case).update(merged_into=into.id)
    return steps.give(call, taken, step, is_public=False)


def follow_up(call: Call, taken: Taken, *, rating: int | None, is_solved: bool | None) -> None:
    """Keep what the reporter said."""
    steps.keep(
        call,
        FollowUp,
        taken.row["id"],
        rating=rating,
        is_solved=is_solved,
        by_reporter=taken.is_reporter,
    )


def _tell_the_worker(call: Call, taken: Taken) -> None:
    row = taken.row
    if row["level"] == "unit":
        steps.inform_unit(call, taken, row["organisation"], "cases.sent_back")
        return
    _, holder = steps.desk_at(call, row["area_code"], row["level"])
    steps.inform(call, taken, holder, "cases.sent_back")
