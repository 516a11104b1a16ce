"""Who may see and change the net. Areas and the net are public; surveys and plans are not."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yige.base.access import NOTHING, Actor, Role, scope, within
from yige.kernel.codes import Level, level_of, parents
from yige.territory.errors import PlanMissing, SurveyMissing
from yige.territory.models import Plan, Survey

READERS = (Role.PLANNER, Role.SYSTEM_ADMIN, Role.PLATFORM, Role.SYSTEM)
STAFF = (
    Role.GRID_WORKER, Role.STATION, Role.INTAKE, Role.PLATFORM, Role.COMMANDER, Role.PLANNER,
    Role.ANALYST, Role.SYSTEM_ADMIN,
)  # fmt: skip
"""Who sees units with their counts, and places, of their own area."""
DRAFTERS = (Role.PLANNER, Role.SYSTEM_ADMIN, Role.SYSTEM)
CONSULTED = (Role.STATION, Role.INTAKE)
"""Who is asked about a proposal of their community or town."""


def visible_plans(actor: Actor) -> QuerySet[Plan]:
    """Select the plans of the actor's area and below."""
    return Plan.objects.filter(scope(actor) if actor.holds(*READERS) else NOTHING)


def plan_for(actor: Actor, plan: UUID) -> Plan:
    """Return a plan that the actor may see, or raise PlanMissing."""
    try:
        return visible_plans(actor).get(id=plan)
    except Plan.DoesNotExist:
        raise PlanMissing(plan=str(plan)) from None


def shown_plans(actor: Actor, *, at: datetime) -> QuerySet[Plan]:
    """Select the plans of the actor's area, or the proposals that its desk is asked about now."""
    if not actor.holds(*CONSULTED) or not actor.area:
        return visible_plans(actor)
    concerns = within(actor.area) | Q(area_code__in=parents(actor.area))
    return Plan.objects.filter(concerns, state=Plan.PROPOSED, consulted_until__gt=at)


def shown_plan_for(actor: Actor, plan: UUID, *, at: datetime) -> Plan:
    """Return a plan that the actor may see or is asked about, or raise PlanMissing."""
    try:
        return shown_plans(actor, at=at).get(id=plan)
    except Plan.DoesNotExist:
        raise PlanMissing(plan=str(plan)) from None


def part_shown(actor: Actor, plan: Plan) -> str:
    """Tell which part of a plan the actor sees: all of it, or the own area of who is asked."""
    return max(plan.area_code, actor.area, key=len) if actor.holds(*CONSULTED) else plan.area_code


def visible_surveys(actor: Actor) -> QuerySet[Survey]:
    """Select the surveys of the actor's area and below."""
    return Survey.objects.filter(scope(actor) if actor.holds(*READERS) else NOTHING)


def survey_for(actor: Actor, survey: UUID) -> Survey:
    """Return a survey that the actor may see, or raise SurveyMissing."""
    try:
        return visible_surveys(actor).get(id=survey)
    except Survey.DoesNotExist:
        raise SurveyMissing(survey=str(survey)) from None


def area_of_staff(actor: Actor) -> str | None:
    """Tell of which area the actor sees units and places: "" is every area, None is none."""
    if actor.role is Role.SYSTEM:
        return ""
    return actor.area if actor.holds(*STAFF) and actor.area else None


def may_see_plans(actor: Actor, body: object = None) -> bool:
    """Tell whether the actor sees surveys and plans at all."""
    return actor.holds(*READERS)


def may_draft(actor: Actor, body: Any) -> bool:
    """Tell whether the actor may bring in a survey of an area or draft a plan for it."""
    return actor.holds(*DRAFTERS) and actor.covers(body.area)


def may_edit_survey(actor: Actor, body: Any) -> bool:
    """Tell whether the actor may accept or drop this survey."""
    return actor.holds(*DRAFTERS) and bool(survey_for(actor, body.survey))


def may_edit_plan(actor: Actor, body: Any) -> bool:
    """Tell whether the actor may change this plan."""
    return actor.holds(*DRAFTERS) and bool(plan_for(actor, body.plan))


def may_adopt(actor: Actor, body: Any) -> bool:
    """Tell whether the actor may make this plan the net: a post over the whole city is needed."""
    return may_edit_plan(actor, body) and (actor.role is Role.SYSTEM or is_of_city(actor))


def may_set_divisions(actor: Actor, body: object) -> bool:
    """Tell whether the actor may enter or rename divisions."""
    return actor.holds(*DRAFTERS) and (actor.role is Role.SYSTEM or is_of_city(actor))


def may_store(actor: Actor, body: object) -> bool:
    """Tell whether the actor is a job of the house: only those store what was computed."""
    return actor.role is Role.SYSTEM


def is_of_city(actor: Actor) -> bool:
    """Tell whether the actor's post is over the whole city."""
    return bool(actor.area) and level_of(actor.area) is Level.CITY
