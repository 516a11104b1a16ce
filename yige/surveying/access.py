"""Who may see and change campaigns and sheets.

Planners keep campaigns of their area. The community station sees its own part of one, hands
sheets out and checks them. Surveyors see the sheets of their groups.
"""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yige.base.access import NOTHING, Actor, Role, scope
from yige.kernel.codes import parents
from yige.surveying.errors import CampaignMissing, SheetMissing, UploadMissing
from yige.surveying.models import Campaign, Group, Member, Sheet, Upload

KEEPERS = (Role.PLANNER, Role.SYSTEM_ADMIN)
DESKS = (*KEEPERS, Role.STATION)
SURVEYORS = (Role.GRID_WORKER, Role.STATION, Role.PROPERTY_MANAGER, Role.OFFICIAL)


def visible_campaigns(actor: Actor) -> QuerySet[Campaign]:
    """Select campaigns of the actor's area; a station also sees those that it lies in."""
    if not actor.holds(*DESKS, Role.SYSTEM):
        return Campaign.objects.filter(NOTHING)
    seen = scope(actor)
    if actor.role is Role.STATION:
        seen |= Q(area_code__in=parents(actor.area))
    return Campaign.objects.filter(seen)


def campaign_for(actor: Actor, campaign: UUID) -> Campaign:
    """Return a campaign that the actor may see, or raise CampaignMissing."""
    found = visible_campaigns(actor).filter(id=campaign).first()
    if found is None:
        raise CampaignMissing(campaign=str(campaign))
    return found


def own_groups(actor: Actor) -> QuerySet[Group]:
    """Select the groups that the actor counts with."""
    if not actor.holds(*SURVEYORS):
        return Group.objects.filter(NOTHING)
    mine = NOTHING
    if actor.person:
        mine |= Q(id__in=Member.objects.filter(person=actor.person).values("group"))
        mine |= Q(leader=actor.person)
    if actor.post:
        mine |= Q(post=actor.post)
    if actor.organisation:
        mine |= Q(organisation=actor.organisation)
    return Group.objects.filter(mine)


def own_sheets(actor: Actor) -> QuerySet[Sheet]:
    """Select the sheets of the actor's own groups."""
    return Sheet.objects.filter(group__in=own_groups(actor).values("id"))


def desk_sheets(actor: Actor) -> QuerySet[Sheet]:
    """Select the sheets that the actor's desk hands out and checks."""
    return Sheet.objects.filter(scope(actor) if actor.holds(*DESKS, Role.SYSTEM) else NOTHING)


def sheet_for(actor: Actor, sheet: UUID) -> Sheet:
    """Return a sheet of the actor's desk or groups, or raise SheetMissing."""
    theirs = scope(actor) if actor.holds(*DESKS, Role.SYSTEM) else NOTHING
    if actor.holds(*SURVEYORS):
        theirs |= Q(group__in=own_groups(actor).values("id"))
    found = Sheet.objects.select_related("campaign", "group").filter(theirs, id=sheet).first()
    if found is None:
        raise SheetMissing(sheet=str(sheet))
    return found


def upload_for(actor: Actor, upload: UUID) -> Upload:
    """Return a file that the actor may see, or raise UploadMissing."""
    theirs = scope(actor) if actor.holds(*KEEPERS, Role.SYSTEM) else NOTHING
    found = Upload.objects.select_related("campaign").filter(theirs, id=upload).first()
    if found is None:
        raise UploadMissing(upload=str(upload))
    return found


def may_open(actor: Actor, body: Any) -> bool:
    """Tell whether the actor may open a campaign over an area."""
    return actor.holds(*KEEPERS, Role.SYSTEM) and actor.covers(body.area)


def may_keep(actor: Actor, body: Any) -> bool:
    """Tell whether the actor keeps this campaign: freezes it and brings files in."""
    return actor.holds(*KEEPERS, Role.SYSTEM) and bool(campaign_for(actor, body.campaign))


def may_keep_upload(actor: Actor, body: Any) -> bool:
    """Tell whether the actor decides on this file."""
    return actor.holds(*KEEPERS, Role.SYSTEM) and bool(upload_for(actor, body.upload))


def may_hand_out(actor: Actor, body: Any) -> bool:
    """Tell whether the actor's desk hands out sheets of this campaign."""
    return actor.holds(*DESKS, Role.SYSTEM) and bool(campaign_for(actor, body.campaign))


def may_count(actor: Actor, body: Any) -> bool:
    """Tell whether the actor counts this sheet, or enters it for those who counted on paper."""
    return bool(sheet_for(actor, body.sheet))


def may_check(actor: Actor, body: Any) -> bool:
    """Tell whether the actor's desk checks sheets of this area."""
    return actor.holds(*DESKS, Role.SYSTEM) and desk_sheets(actor).filter(id=body.sheet).exists()


def may_check_many(actor: Actor, body: Any) -> bool:
    """Tell whether the actor's desk checks every one of these sheets."""
    wanted = set(body.sheets)
    return actor.holds(*DESKS, Role.SYSTEM) and (
        desk_sheets(actor).filter(id__in=wanted).count() == len(wanted)
    )


def may_store(actor: Actor, body: object) -> bool:
    """Tell whether the actor is a job of the house: only those store what was read."""
    return actor.role is Role.SYSTEM
