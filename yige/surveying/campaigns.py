"""Open a campaign over an area: its known buildings become sheets."""

from datetime import date
from uuid import UUID

from django.db.models import F, Q
from pydantic import Field

from yige.base.access import within
from yige.base.commands import Call, command
from yige.base.fields import Body, Line
from yige.kernel.codes import parents
from yige.surveying import access
from yige.surveying.errors import AreaInCampaign, CampaignState, DaysWrong
from yige.surveying.models import Campaign
from yige.surveying.sheets import sheets_of_known_buildings
from yige.territory import net, queries
from yige.territory.codes import DivisionCode


class Opening(Body):
    """Which area is counted, as it is on which day (`vintage`), and from when until when."""

    name: Line = Field(min_length=1, max_length=120)
    area: DivisionCode
    vintage: date
    opens_on: date
    closes_on: date


class CampaignNamed(Body):
    """The campaign that is meant."""

    campaign: UUID


@command("surveying.open_campaign", may=access.may_open)
def open_campaign(call: Call, opening: Opening) -> Campaign:
    """Open a campaign and make a sheet for each building that is known in its area.

    Raises AreaInCampaign while another open one counts the area or a part of it.
    """
    if opening.closes_on < opening.opens_on:
        raise DaysWrong(opens_on=opening.opens_on.isoformat(),
                        closes_on=opening.closes_on.isoformat())  # fmt: skip
    queries.area(opening.area)
    net.hold()
    overlapping = within(opening.area) | Q(area_code__in=parents(opening.area))
    other = Campaign.objects.filter(overlapping, state=Campaign.OPEN).first()
    if other:
        raise AreaInCampaign(name=other.name, area=queries.name_of(other.area_code))
    campaign = Campaign.objects.create(
        id=call.id,
        area_code=opening.area,
        name=opening.name,
        vintage=opening.vintage,
        opens_on=opening.opens_on,
        closes_on=opening.closes_on,
        opened_at=call.at,
        changed_by=call.id,
    )
    made = sheets_of_known_buildings(campaign, at=call.at)
    call.tell("surveying.campaign_opened", subject=campaign.id, area=campaign.area_code,
              sheets=made)  # fmt: skip
    return campaign


def open_one(call: Call, campaign: UUID) -> Campaign:
    """Return a campaign of the actor that still counts, held until this command ends."""
    return hold(access.campaign_for(call.actor, campaign))


def hold(campaign: Campaign) -> Campaign:
    """Keep all others from changing a campaign's sheets until this command ends.

    What was read of them before may be old: read it again. Raises CampaignState when the
    campaign is closed by then, so that nothing comes in beside its freezing.
    """
    held = held_whatever_its_state(campaign)
    if held.state != Campaign.OPEN:
        raise CampaignState(name=held.name, state=held.state)
    return held


def held_whatever_its_state(campaign: Campaign) -> Campaign:
    """Keep all others from changing a campaign until this command ends, and read it anew."""
    Campaign.objects.filter(id=campaign.id).update(state=F("state"))
    return Campaign.objects.get(id=campaign.id)
