"""Freeze a campaign: its counts stay for ever, and the territory takes them over as a survey.

What the territory says of the units at that moment is kept beside the counts, so that the
comparison with the last survey never changes either.
"""

from uuid import UUID

from django.db.models import Count, Sum

from yige.base import jobs
from yige.base.access import within
from yige.base.commands import Call, command
from yige.surveying import access
from yige.surveying.campaigns import CampaignNamed, held_whatever_its_state
from yige.surveying.checks import AGE_BANDS
from yige.surveying.errors import CampaignState, NothingCounted, SheetsOpen
from yige.surveying.models import Campaign, Line, Sheet
from yige.territory.affected import in_parts
from yige.territory.models import Unit
from yige.territory.survey_counts import Counts, UnitCounts, store_counts

THEN = ("households_then", "residents_then", "doors_then")


class Frozen(CampaignNamed):
    """Whether sheets that are not checked stay out: their units keep what is known of them."""

    without_open: bool = False


@command("surveying.freeze", may=access.may_keep)
def freeze(call: Call, frozen: Frozen) -> Campaign:
    """Freeze a campaign and have its counts taken over as a survey.

    Raises SheetsOpen while sheets are not checked, unless they are to stay out. Frozen again
    before the counts were taken over, it only has that done.
    """
    campaign = held_whatever_its_state(access.campaign_for(call.actor, frozen.campaign))
    call.expect(campaign)
    if campaign.state == Campaign.OPEN:
        _refuse_unless_counted(campaign, frozen)
        _keep_what_is_known(campaign)
        campaign.state, campaign.frozen_at = Campaign.FROZEN, call.at
    elif campaign.state != Campaign.FROZEN or campaign.survey:
        raise CampaignState(name=campaign.name, state=campaign.state)
    job = jobs.enqueue("surveying.store_counts", at=call.at, by=call.actor,
                       area=campaign.area_code, campaign=str(campaign.id))  # fmt: skip
    campaign.job_id = job.id
    call.touch(campaign)
    campaign.save()
    call.tell("surveying.campaign_frozen", subject=campaign.id, area=campaign.area_code)
    return campaign


@command("surveying.store_counts", may=access.may_store)
def take_over(call: Call, named: CampaignNamed) -> Campaign:
    """Hand a frozen campaign's counts to the territory; earlier campaigns inside are superseded.

    A campaign that reaches beyond this one's area stays, since it still holds for the rest.
    """
    campaign = held_whatever_its_state(access.campaign_for(call.actor, named.campaign))
    if campaign.state != Campaign.FROZEN or campaign.survey:
        raise CampaignState(name=campaign.name, state=campaign.state)
    counts = Counts(
        id=call.id,
        name=campaign.name,
        area=campaign.area_code,
        source=campaign.name,
        vintage=campaign.vintage,
        units=_counts_of(campaign),
    )
    survey = store_counts(counts, at=call.at, by=call.id, actor=call.actor)
    campaign.survey = survey.id
    call.touch(campaign)
    campaign.save()
    earlier = Campaign.objects.filter(
        within(campaign.area_code), state=Campaign.FROZEN, frozen_at__lte=campaign.frozen_at
    ).exclude(id=campaign.id).exclude(survey=None)  # fmt: skip
    for old in earlier:
        old.state, old.superseded_at, old.superseded_by = Campaign.SUPERSEDED, call.at, campaign
        call.touch(old)
        old.save()
        call.tell("surveying.campaign_superseded", subject=old.id, area=old.area_code,
                  by=str(campaign.id))  # fmt: skip
    call.tell("surveying.counts_stored", subject=campaign.id, area=campaign.area_code,
              units=survey.units, households=survey.households)  # fmt: skip
    return campaign


def _refuse_unless_counted(campaign: Campaign, frozen: Frozen) -> None:
    sheets = Sheet.objects.filter(campaign=campaign)
    if not sheets.filter(state=Sheet.CHECKED).exists():
        raise NothingCounted(name=campaign.name)
    left = sheets.exclude(state=Sheet.CHECKED).aggregate(
        sheets=Count("id"), households=Sum("households_then", default=0)
    )
    if left["sheets"] and not frozen.without_open:
        raise SheetsOpen(**left)


def _keep_what_is_known(campaign: Campaign) -> None:
    """Keep beside each line what the territory says of its unit now: another survey may have come.

    Only lines that differ are written: mostly none.
    """
    lines = {line.unit_code: line for line in
             Line.objects.filter(sheet__campaign=campaign).exclude(unit_code="")}  # fmt: skip
    moved: dict[UUID, int] = {}
    differing = []
    for some in in_parts(list(lines)):
        now = Unit.objects.filter(code__in=some)
        for code, *known in now.values_list("code", "households", "residents", "doors"):
            line = lines[code]
            if known != [getattr(line, name) for name in THEN]:
                by = known[0] - line.households_then
                moved[line.sheet_id] = moved.get(line.sheet_id, 0) + by
                line.households_then, line.residents_then, line.doors_then = known
                differing.append(line)
    Line.objects.bulk_update(differing, THEN, batch_size=200)
    sheets = list(Sheet.objects.filter(id__in=moved))
    for sheet in sheets:
        sheet.households_then += moved[sheet.id]
    Sheet.objects.bulk_update(sheets, ["households_then"], batch_size=200)


def _counts_of(campaign: Campaign) -> list[UnitCounts]:
    """List the counts of all checked sheets; a unit that was found stands at its building."""
    lines = Line.objects.filter(sheet__campaign=campaign, sheet__state=Sheet.CHECKED)
    found, place = [], _places(campaign)
    for line in lines.select_related("sheet").order_by("sheet__number", "n"):
        sheet = line.sheet
        if line.is_gone and not line.unit_code:
            continue
        lon, lat = (line.lon, line.lat) if line.lon is not None else place.get(
            sheet.id, (None, None))  # fmt: skip
        found.append(
            UnitCounts(
                code=line.unit_code,
                households=line.households or 0,
                residents=line.residents,
                ages=tuple(getattr(line, band) for band in AGE_BANDS),
                doors=line.doors,
                source_id=f"{str(campaign.id)[-8:]}-{sheet.number}-{line.n}",
                community=sheet.area_code[:12],
                compound=sheet.compound,
                building=sheet.building,
                stairwell=line.name,
                firm=line.firm,
                floors=line.floors,
                lon=lon,
                lat=lat,
            )
        )
    return found


def _places(campaign: Campaign) -> dict[UUID, tuple[float | None, float | None]]:
    """Give each sheet the place of its first unit that has one."""
    there = Line.objects.filter(sheet__campaign=campaign).exclude(lon=None).order_by("-n")
    return {sheet: (lon, lat) for sheet, lon, lat in there.values_list("sheet_id", "lon", "lat")}
