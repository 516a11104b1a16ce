"""Hand a case to somebody else: up, down, to a unit, and back."""

from typing import Any
from uuid import UUID

from yige.base.access import Role
from yige.base.commands import Call, command
from yige.base.fields import AreaCode
from yige.cases import access, categories, steps
from yige.cases.course import LEVELS, UNIT
from yige.cases.errors import NoSuchUnit, NotBelow, NotForTheGrassroots, NothingAbove
from yige.cases.steps import Step, Taken
from yige.kernel.codes import is_within, level_of

may = access.may_take_part


class HandDown(Step):
    """The area below, which may be more exact than what was known of the place."""

    area_code: AreaCode


class Dispatch(Step):
    """The organisation that is to handle it."""

    organisation: UUID


@command("cases.hand_up", may=may, late=steps.late("hand_up"))
def hand_up(call: Call, step: Step) -> dict[str, Any]:
    """Hand a case to the next desk up, with the reason why it cannot be settled here."""
    taken = steps.take(call, "hand_up", step)
    raise_up(call, taken)
    return steps.give(call, taken, step, is_public=False)


@command("cases.hand_down", may=may)
def hand_down(call: Call, step: HandDown) -> dict[str, Any]:
    """Give a case to a desk below, whose it is to sign for; matters for departments never go down.

    Where the place was known roughly, the area given here is where the case lies from now on.
    """
    taken = steps.take(call, "hand_down", step)
    row = taken.row
    if not categories.goes_down(taken.course.category, taken.held):
        handler = taken.course.category.first_handler
        raise NotForTheGrassroots(category=row["category"], first_handler=handler)
    if not _is_below(step.area_code, row["area_code"]):
        raise NotBelow(area=step.area_code, of=row["area_code"])
    level, holder = steps.desk_at(call, step.area_code, level_of(step.area_code))
    if LEVELS.index(level) >= access.LEVEL_RANKS.get(row["level"], 0):
        raise NotBelow(area=step.area_code, of=row["area_code"])
    finer = step.area_code if len(step.area_code) > len(row["area_code"]) else row["area_code"]
    taken.course.set(area_code=finer)
    taken.course.move("hand_down", call.at, level=level, returns_to=row["level"])
    steps.inform(call, taken, holder, "cases.handed_down")
    return steps.give(call, taken, step, is_public=False)


@command("cases.dispatch", may=may)
def dispatch(call: Call, step: Dispatch) -> dict[str, Any]:
    """Give a case to a department or firm, whose it is to sign for."""
    taken = steps.take(call, "dispatch", step)
    row = taken.row
    if not steps.unit_holders(call, step.organisation, row["area_code"]):
        raise NoSuchUnit(organisation=str(step.organisation))
    taken.course.move(
        "dispatch",
        call.at,
        level=UNIT,
        organisation=step.organisation,
        returns_to=_desk_that_gives(call, row),
    )
    steps.inform_unit(call, taken, step.organisation, "cases.dispatched")
    return steps.give(call, taken, step, is_public=False)


@command("cases.sign", may=may, late=steps.late("sign"))
def sign(call: Call, step: Step) -> dict[str, Any]:
    """Sign for a case that was given; from here the work is under way."""
    taken = steps.take(call, "sign", step)
    taken.course.move("sign", call.at)
    return steps.give(call, taken, step)


@command("cases.send_back", may=may, late=steps.late("send_back"))
def send_back(call: Call, step: Step) -> dict[str, Any]:
    """Send a case back to the desk that gave it, with a reason."""
    taken = steps.take(call, "send_back", step)
    bring_back(call, taken)
    return steps.give(call, taken, step, is_public=False)


def raise_up(call: Call, taken: Taken) -> None:
    """Move a case to the next filled desk up; raise NothingAbove at the top."""
    row = taken.row
    desk = row["returns_to"] if row["level"] == UNIT else row["level"]
    above = steps.level_above(desk, row["area_code"])
    if not above:
        raise NothingAbove(case=str(row["id"]))
    level, holder = steps.desk_at(call, row["area_code"], above)
    taken.course.move(taken.verb, call.at, level=level, organisation=None, returns_to="")
    steps.inform(call, taken, holder, "cases.handed_up")


def bring_back(call: Call, taken: Taken) -> None:
    """Move a case back to the desk that gave it, or the next one up if nobody did."""
    row = taken.row
    desk = row["returns_to"] or steps.level_above(row["level"], row["area_code"]) or LEVELS[-1]
    level, holder = steps.desk_at(call, row["area_code"], desk)
    taken.course.move(taken.verb, call.at, level=level, organisation=None, returns_to="")
    steps.inform(call, taken, holder, "cases.sent_back")


def _desk_that_gives(call: Call, row: dict[str, Any]) -> str:
    """Return the level whose desk dispatches: the actor's own, which may stand above the case."""
    levels = {Role.STATION: "community", Role.INTAKE: "town", Role.PLATFORM: "city"}
    current = row["returns_to"] if row["level"] == UNIT else row["level"]
    return str(levels.get(call.actor.role, current))


def _is_below(area: str, place: str) -> bool:
    return is_within(area, place) or is_within(place, area)
