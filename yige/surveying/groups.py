"""Say who counts together, and hand sheets to groups: chosen ones, or each grid its own worker."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import F, QuerySet
from pydantic import Field

from yige.base import rows
from yige.base.access import Role, within
from yige.base.commands import Call, command
from yige.base.fields import AreaCode, Body, Line
from yige.kernel.codes import Level, level_of
from yige.people.holders import holders_within
from yige.people.models import Organisation, Person, Post
from yige.surveying import access
from yige.surveying.campaigns import open_one
from yige.surveying.errors import GroupMissing, NobodyNamed, NothingToHandOut, PersonsUnknown
from yige.surveying.models import Group, Member, Sheet

MOST_PERSONS = 200
MOST_SHEETS = 20_000


class Team(Body):
    """Who counts together: persons with a leader, or whoever holds a post, or an organisation."""

    campaign: UUID
    name: Line = Field(min_length=1, max_length=120)
    persons: list[UUID] = Field(default_factory=list, max_length=MOST_PERSONS)
    leader: UUID | None = None
    post: UUID | None = None
    organisation: UUID | None = None


class HandedOut(Body):
    """Which sheets go to a group: those named, or all of an area that no group has yet."""

    campaign: UUID
    group: UUID
    sheets: list[UUID] = Field(default_factory=list, max_length=MOST_SHEETS)
    area: AreaCode | None = None
    due_on: date | None = None


class ByGrid(Body):
    """Until when the workers of the grids are to hand their sheets in."""

    campaign: UUID
    due_on: date | None = None


@command("surveying.set_group", may=access.may_hand_out)
def set_group(call: Call, team: Team) -> Group:
    """Make a group of surveyors for a campaign."""
    campaign = open_one(call, team.campaign)
    persons = {*team.persons, *([team.leader] if team.leader else [])}
    if not persons and not team.post and not team.organisation:
        raise NobodyNamed(name=team.name)
    _refuse_unknown(persons, team)
    area = call.actor.area if call.actor.role is Role.STATION else campaign.area_code
    group = Group.objects.create(
        id=call.id,
        campaign=campaign,
        name=team.name,
        area_code=area,
        leader=team.leader,
        post=team.post,
        organisation=team.organisation,
        changed_by=call.id,
    )
    rows.insert(Member, [{"group_id": group.id, "person": person} for person in sorted(persons)])
    call.tell("surveying.group_made", subject=group.id, area=area, persons=len(persons))
    return group


@command("surveying.hand_out", may=access.may_hand_out)
def hand_out(call: Call, handed: HandedOut) -> dict[str, object]:
    """Hand sheets to a group; a sheet that is done or checked stays where it is.

    Raises NothingToHandOut when none of them can be.
    """
    campaign = open_one(call, handed.campaign)
    group = Group.objects.filter(id=handed.group, campaign=campaign).first()
    if group is None:
        raise GroupMissing(group=str(handed.group))
    mine = access.desk_sheets(call.actor).filter(campaign=campaign, state__in=Sheet.TO_COUNT)
    changed = _give(call, _chosen(mine, handed), group, handed.due_on)
    if not changed:
        raise NothingToHandOut(sheets=len(handed.sheets))
    call.tell("surveying.sheets_handed_out", subject=group.id, area=campaign.area_code,
              sheets=changed)  # fmt: skip
    return {"sheets": changed}


@command("surveying.hand_out_by_grid", may=access.may_hand_out)
def hand_out_by_grid(call: Call, said: ByGrid) -> dict[str, object]:
    """Hand every sheet that no group has to the worker of the grid it lies in.

    Sheets of a grid whose post is vacant stay, and are told as `left`.
    """
    campaign = open_one(call, said.campaign)
    mine = access.desk_sheets(call.actor).filter(campaign=campaign, group=None,
                                                 state__in=Sheet.TO_COUNT)  # fmt: skip
    by_grid = defaultdict(list)
    for sheet, area in mine.values_list("id", "area_code"):
        by_grid[area].append(sheet)
    workers = {h.area_code: h for h in holders_within(
        campaign.area_code, at=call.at, roles=(Role.GRID_WORKER,))}  # fmt: skip
    known = {g.post: g for g in Group.objects.filter(campaign=campaign).exclude(post=None)}
    taken = set(Group.objects.filter(campaign=campaign).values_list("name", flat=True))
    handed = 0
    for area, sheets in sorted(by_grid.items()):
        holder = workers.get(area) if level_of(area) is Level.GRID else None
        if holder is None:
            continue
        group = known.get(holder.post)
        if group is None:
            name = holder.title if holder.title not in taken else f"{holder.title} {area[12:]}"
            group = Group.objects.create(campaign=campaign, name=name[:120], area_code=area,
                                         leader=holder.person, post=holder.post,
                                         changed_by=call.id)  # fmt: skip
            taken.add(group.name)
        handed += _give(call, Sheet.objects.filter(id__in=sheets), group, said.due_on)
    left = sum(map(len, by_grid.values())) - handed
    call.tell("surveying.sheets_handed_out", subject=campaign.id, area=campaign.area_code,
              sheets=handed, left=left)  # fmt: skip
    return {"sheets": handed, "left": left}


def _refuse_unknown(persons: Iterable[UUID], team: Team) -> None:
    wanted = set(persons)
    unknown = len(wanted) - Person.objects.filter(id__in=wanted, left_at=None).count()
    if team.post:
        unknown += not Post.objects.filter(id=team.post, ended_at=None).exists()
    if team.organisation:
        unknown += not Organisation.objects.filter(id=team.organisation, ended_at=None).exists()
    if unknown:
        raise PersonsUnknown(count=unknown)


def _chosen(mine: QuerySet[Sheet], handed: HandedOut) -> QuerySet[Sheet]:
    """Choose the sheets that are named, or those of an area that nobody has."""
    if handed.area is not None:
        return mine.filter(within(handed.area), group=None)
    return mine.filter(id__in=handed.sheets)


def _give(call: Call, sheets: QuerySet[Sheet], group: Group, due_on: date | None) -> int:
    """Give sheets to a group; without a day they keep the one they have. Return how many."""
    changed = {"group": group, "version": F("version") + 1, "changed_by": call.id}
    if due_on is not None:
        changed["due_on"] = due_on
    return sheets.update(**changed)
