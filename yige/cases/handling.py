"""Take a case on and work on it: accept, check, file, handle, report as done, note."""

from typing import Any

from yige.base.commands import Call, command
from yige.cases import access, steps
from yige.cases.letters import ask_the_reporter
from yige.cases.steps import Step, StepWithPhotos

may = access.may_take_part


@command("cases.accept", may=may, late=steps.late("accept"))
def accept(call: Call, step: Step) -> dict[str, Any]:
    """Accept a case: the first answer to its reporter."""
    return _move(call, "accept", step)


@command("cases.decline", may=may)
def decline(call: Call, step: Step) -> dict[str, Any]:
    """Do not accept a report, with a reason that its reporter reads."""
    return _move(call, "decline", step)


@command("cases.check", may=may)
def check(call: Call, step: Step) -> dict[str, Any]:
    """Have it looked at on the spot before it is filed."""
    return _move(call, "check", step)


@command("cases.file", may=may, late=steps.late("file"))
def file(call: Call, step: Step) -> dict[str, Any]:
    """File a case: it is so, and it is ours to settle."""
    return _move(call, "file", step)


@command("cases.not_file", may=may)
def not_file(call: Call, step: Step) -> dict[str, Any]:
    """Do not file a case after looking into it, with a reason that its reporter reads."""
    return _move(call, "not_file", step)


@command("cases.handle", may=may, late=steps.late("handle"))
def handle(call: Call, step: Step) -> dict[str, Any]:
    """Begin to handle a case oneself; accepts it too if nobody has."""
    return _move(call, "handle", step)


@command("cases.settle", may=may, late=steps.late("settle"))
def settle(call: Call, step: StepWithPhotos) -> dict[str, Any]:
    """Settle a case on the spot and say how."""
    taken = steps.take(call, "settle", step)
    taken.course.move("settle", call.at, worked_at=taken.row["level"])
    ask_the_reporter(call, taken.course)
    return steps.give(call, taken, step)


@command("cases.done", may=may, late=steps.late("done"))
def done(call: Call, step: StepWithPhotos) -> dict[str, Any]:
    """Report that it is done; the desk that gave it, or the next one up, verifies."""
    taken = steps.take(call, "done", step)
    row = taken.row
    # Nobody verifies what a grid worker did but the station; other desks stand in for themselves.
    by = row["returns_to"] or ("community" if row["level"] == "grid" else row["level"])
    level, holder = steps.desk_at(call, row["area_code"], by)
    taken.course.move("done", call.at, level=level, worked_at=row["level"])
    steps.inform(call, taken, holder, "cases.done")
    return steps.give(call, taken, step)


@command("cases.note", may=may, late=steps.late("note"))
def note(call: Call, step: StepWithPhotos) -> dict[str, Any]:
    """Add words or photos to a case. A reporter's words go to whoever holds it."""
    taken = steps.take(call, "note", step)
    if taken.is_reporter:
        _, holder = steps.desk_at(call, taken.row["area_code"], _desk(taken.row))
        steps.inform(call, taken, holder, "cases.noted")
    return steps.give(call, taken, step, is_public=taken.is_reporter)


def _move(call: Call, verb: str, step: Step) -> dict[str, Any]:
    taken = steps.take(call, verb, step)
    taken.course.move(verb, call.at)
    return steps.give(call, taken, step)


def _desk(row: dict[str, Any]) -> str:
    return str(row["returns_to"] if row["level"] == "unit" else row["level"])
