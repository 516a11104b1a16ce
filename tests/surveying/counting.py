"""What tests of campaigns say often: open one, count a sheet, check it, freeze the whole."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.city import CODE, WENCHANG
from tests.territory.planning import NOON
from tests.territory.survey_files import work
from yige.base.access import Actor, Role
from yige.base.commands import Outcome, run
from yige.kernel.ids import new_id
from yige.people.models import Person
from yige.surveying.models import Campaign, Group, Line, Sheet

VINTAGE = date(2026, 6, 1)
PLANNER = Actor(role=Role.PLANNER, area=CODE, account=new_id(), person=new_id(), name="规划员")
COUNTER = Actor(role=Role.SYSTEM_ADMIN, area=CODE, account=new_id(), name="录入员")
STATION = Actor(role=Role.STATION, area=WENCHANG, account=new_id(), person=new_id(), name="站长")
LATER = NOON + timedelta(days=30)


def do(command: str, /, at: datetime = NOON, actor: Actor = PLANNER, **body: Any) -> Outcome:
    """Run a command of this room as the city's planner."""
    based_on, own = body.pop("based_on", None), body.pop("id", None) or new_id()
    said = {field: _plain(value) for field, value in body.items()}
    return run(f"surveying.{command}", said, id=own, actor=actor, at=at, based_on=based_on)


def opened(area: str = WENCHANG, **more: Any) -> Campaign:
    """Open a campaign that counts an area as it is on the day of the tests."""
    said = {"name": "六月普查", "area": area, "vintage": VINTAGE, "opens_on": VINTAGE,
            "closes_on": VINTAGE + timedelta(days=20)} | more  # fmt: skip
    at = said.pop("at", NOON)
    return Campaign.objects.get(id=do("open_campaign", at, **said).id)


def surveyor(name: str = "网格员", grid: int = 1, community: str = WENCHANG) -> Actor:
    """Seat a grid worker who counts."""
    person = Person.objects.create(name=name)
    return Actor(role=Role.GRID_WORKER, area=f"{community}{grid:03d}", account=new_id(),
                 person=person.id, post=new_id(), name=name)  # fmt: skip


def group_of(campaign: Campaign, *members: Actor, name: str = "一组") -> Group:
    """Make a group of these actors."""
    persons = [member.person for member in members]
    made = do("set_group", campaign=campaign.id, name=name, persons=persons, leader=persons[0])
    return Group.objects.get(id=made.id)


def sheets_of(campaign: Campaign) -> list[Sheet]:
    """List a campaign's sheets by their number."""
    return list(Sheet.objects.filter(campaign=campaign).order_by("number"))


def lines_of(sheet: Sheet) -> list[Line]:
    """List a sheet's lines in their order."""
    return list(Line.objects.filter(sheet=sheet).order_by("n"))


def counts_of(sheet: Sheet, *households: int, **more: Any) -> list[dict[str, Any]]:
    """Count each unit of a sheet: households as given, or as they were known."""
    found = []
    for place, line in enumerate(lines_of(sheet)):
        homes = households[place] if place < len(households) else line.households_then
        found.append({"line": line.n, "households": homes, "occupied": homes} | more)
    return found


def handed_in(sheet: Sheet, *households: int, actor: Actor = COUNTER, **more: Any) -> Sheet:
    """Hand a sheet in."""
    do("hand_in", actor=actor, sheet=sheet.id, counts=counts_of(sheet, *households, **more))
    return Sheet.objects.get(id=sheet.id)


def checked(sheet: Sheet, *households: int, reason: str = "已核实", **more: Any) -> Sheet:
    """Hand a sheet in and take it as it is."""
    handed_in(sheet, *households, **more)
    do("check", sheets=[sheet.id], reason=reason)
    return Sheet.objects.get(id=sheet.id)


def frozen(campaign: Campaign, *, at: datetime = LATER, **more: Any) -> Campaign:
    """Freeze a campaign and let the worker take its counts over."""
    do("freeze", at, campaign=campaign.id, **more)
    work()
    return Campaign.objects.get(id=campaign.id)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, (UUID, date)):
        return str(value)
    return value
