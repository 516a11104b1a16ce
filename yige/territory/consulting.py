"""Ask communities and towns about a proposal, hear what they and colleagues say, and answer it."""

from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from django.utils.timezone import get_default_timezone
from pydantic import Field

from yige.base.access import Actor
from yige.base.commands import Call, command
from yige.base.fields import Body, UnitCode, Words
from yige.kernel import clock
from yige.kernel.codes import DIGITS, Level, is_within
from yige.territory import access
from yige.territory.errors import (
    CommentMissing,
    LabelUnknown,
    NothingSaid,
    UnitsUnknown,
    UntilPast,
)
from yige.territory.models import Plan, PlanComment
from yige.territory.plans import PlanNamed, plan_in, save


class Consulted(PlanNamed):
    """The proposal that communities and towns are asked about, to the end of a day."""

    until: date


class Remark(PlanNamed):
    """What is said of a plan, of one grid or of one unit; `stance` is an area's own answer."""

    text: Words = Field(default="", max_length=2000)
    label: int | None = Field(default=None, ge=1)
    unit: UnitCode | None = None
    stance: Literal["", "agree", "object"] = ""


class CommentAnswer(Body):
    """What is answered to a comment; settled, it needs nothing more."""

    comment: UUID
    text: Words = Field(default="", max_length=2000)
    is_settled: bool = False


def may_comment(actor: Actor, remark: Remark) -> bool:
    """Whoever sees a plan may comment on it; only those who are asked take a stand."""
    access.shown_plan_for(actor, remark.plan, at=clock.now())
    return not remark.stance or actor.holds(*access.CONSULTED)


def may_answer(actor: Actor, answer: CommentAnswer) -> bool:
    """Whoever may change the plan answers what is said of it."""
    return actor.holds(*access.DRAFTERS) and bool(_comment(actor, answer.comment))


@command("territory.consult_plan", may=access.may_edit_plan)
def consult_plan(call: Call, asked: Consulted) -> Plan:
    """Open a proposal to the communities and towns it concerns, to the end of a day."""
    plan = plan_in(call, asked.plan, Plan.PROPOSED)
    until = end_of(asked.until)
    if until <= call.at:
        raise UntilPast(until=asked.until.isoformat())
    plan.consulted_until = until
    save(call, plan)
    call.tell("territory.plan_consulted", subject=plan.id, area=plan.area_code, plan=plan.name,
              until=asked.until.isoformat())  # fmt: skip
    return plan


@command("territory.comment_plan", may=may_comment)
def comment_plan(call: Call, remark: Remark) -> PlanComment:
    """Say something of a plan, of one of its grids or of a unit."""
    actor = call.actor
    plan = access.shown_plan_for(actor, remark.plan, at=call.at)
    if not remark.text and not remark.stance:
        raise NothingSaid()
    _expect_there(actor, plan, remark)
    comment = PlanComment.objects.create(
        id=call.id,
        plan=plan,
        label=remark.label,
        unit_code=remark.unit or "",
        stance=remark.stance,
        text=remark.text,
        account=actor.account,
        author=actor.name,
        title=actor.title,
        area_code=actor.area,
        at=call.at,
    )
    call.tell("territory.plan_commented", subject=plan.id, area=actor.area or plan.area_code,
              comment=str(comment.id), plan=plan.name, stance=remark.stance)  # fmt: skip
    return comment


@command("territory.answer_comment", may=may_answer)
def answer_comment(call: Call, answer: CommentAnswer) -> PlanComment:
    """Answer a comment, or note that it is settled."""
    comment = _comment(call.actor, answer.comment)
    if not answer.text and not answer.is_settled:
        raise NothingSaid()
    comment.answer = answer.text or comment.answer
    comment.answered_by, comment.answered_at = call.actor.name, call.at
    comment.is_settled = answer.is_settled
    comment.save()
    call.tell("territory.comment_answered", subject=comment.plan_id,
              area=comment.area_code or comment.plan.area_code, comment=str(comment.id),
              plan=comment.plan.name)  # fmt: skip
    return comment


def end_of(day: date) -> datetime:
    """Return the instant at which a day of the city ends."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=get_default_timezone())


def _comment(actor: Actor, comment: UUID) -> PlanComment:
    plans = access.visible_plans(actor)
    found = PlanComment.objects.filter(id=comment, plan__in=plans).select_related("plan").first()
    if found is None:
        raise CommentMissing(comment=str(comment))
    return found


def _expect_there(actor: Actor, plan: Plan, remark: Remark) -> None:
    """Refuse to speak of a grid or unit that the plan does not have, or not in one's own area."""
    mine = access.part_shown(actor, plan)
    if remark.label is not None:
        there: Any = plan.grids.filter(label=remark.label).values_list("community_code", flat=True)
        if not is_within(there.first() or "", mine):
            raise LabelUnknown(labels=[remark.label])
    if remark.unit is not None:
        community = remark.unit[: DIGITS[Level.COMMUNITY]]
        is_there = plan.units.filter(unit__code=remark.unit).exists()
        if not is_there or not is_within(community, mine):
            raise UnitsUnknown(units=[remark.unit])
