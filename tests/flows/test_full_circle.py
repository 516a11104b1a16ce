"""The full circle over HTTP: from a survey's file to a rated case, every step in the journal."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.api.seats import seat
from tests.city import CODE, COMMUNITIES, DONGGUAN, TOWNS, VILLAGE, WENCHANG, City, corner, square
from tests.territory.survey_files import as_csv, rows_of, work
from yige.base import commands, journal
from yige.base.access import SYSTEM, Role
from yige.base.models import Account, Entry, Event
from yige.cases.jobs import differing
from yige.cases.models import Case
from yige.kernel import clock
from yige.kernel.ids import new_id
from yige.people.models import Organisation, Post
from yige.territory import net
from yige.territory.models import Grid, Membership, Plan, Survey

pytestmark = pytest.mark.django_db

STAIRS, LAMP = "0502", "0302"
TOWN = "370683001"
OFF_THE_MAP = {"place.lon": "100.0", "place.lat": "20.0"}


@dataclass
class Town:
    """Who sits where, each with a browser of their own."""

    city: City = field(default_factory=City)
    clients: dict[str, Client] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Client:
        return self.clients[name]

    def sit(self, name: str, role: Role, area: str, organisation: str = "") -> None:
        account, post = seat(name, role, area)
        Account.objects.filter(id=account.id).update(password_changed_at=clock.now())
        if organisation:
            body = Organisation.objects.get(code=organisation)
            Post.objects.filter(id=post.id).update(organisation=body)
        self.clients[name] = Client()
        self.clients[name].force_login(account)


def do(command: str, **body: Any) -> None:
    commands.run(command, body, id=new_id(), actor=SYSTEM)


@pytest.fixture
def town(db: None) -> Town:
    """Set a city up as `yige init` and an import of divisions do, with posts above the grids."""
    for command in ("base.seed_calendar", "cases.load_categories", "cases.load_workflow"):
        do(command)
    do("territory.set_divisions", divisions=list(_divisions()))
    Organisation.objects.create(code="路灯", name="路灯管理所", kind="department", area_code=CODE)
    town = Town()
    town.sit("planner", Role.PLANNER, CODE)
    town.sit("platform", Role.PLATFORM, CODE)
    town.sit("intake", Role.INTAKE, TOWN)
    town.sit("station", Role.STATION, WENCHANG)
    town.sit("lamps", Role.HANDLER, CODE, "路灯")
    return town


def _divisions() -> Iterator[dict[str, str]]:
    yield {"code": CODE, "name": "莱州市"}
    for code, name in TOWNS.items():
        yield {"code": code, "name": name}
    for code, name in COMMUNITIES.items():
        outline = square(*corner(code, 0), columns=6, rows=4)
        yield {"code": code, "name": name, "kind": "community", "outline": outline}
    yield {"code": VILLAGE, "name": "河西村", "kind": "village"}


def survey_is_brought(town: Town) -> None:
    lines = [line for code in COMMUNITIES for line in rows_of(code)]
    file = SimpleUploadedFile("普查.csv", as_csv(lines))
    said = {"file": file, "datum": "wgs84", "area": CODE, "name": "普查"}
    sent = town["planner"].post(reverse("territory:surveys"), said)
    assert sent.status_code == 302, sent.content.decode()
    work()


def survey_is_accepted(town: Town) -> None:
    survey = Survey.objects.get()
    page = reverse("territory:accept_survey", args=[survey.id])
    assert town["planner"].post(page, {"based_on": survey.version}).status_code == 302
    work()


def net_is_divided_and_adopted(town: Town) -> None:
    planner = town["planner"]
    said = {"name": "首次划分", "area": CODE, "lower": "200", "upper": "400", "seed": "1",
            "keep": "none", "effort": "quick"}  # fmt: skip
    sent = planner.post(reverse("territory:new_plan"), said)
    assert sent.status_code == 302, sent.content.decode()
    work()
    plan = Plan.objects.get()
    planner.post(reverse("territory:propose_plan", args=[plan.id]), {"based_on": plan.version})
    adopted = planner.post(
        reverse("territory:adopt_plan", args=[plan.id]), {"net_version": net.version()}
    )
    assert adopted.status_code == 302, adopted.content.decode()


def resident_reports(**said: str) -> tuple[Case, dict[str, str]]:
    """Send the public form as somebody without log-in; return the case and its receipt."""
    page = Client().post(reverse("cases:report"), {"command_id": str(new_id()), **said})
    assert page.status_code == 201, page.content.decode()
    receipt = {"number": page.context["number"], "secret": page.context["secret"]}
    return Case.objects.get(number=receipt["number"]), receipt


def step(client: Client, case: Case, verb: str, **said: Any) -> Case:
    """Press a button of the case's page."""
    page = client.post(
        reverse("cases:act", args=[case.id, verb]),
        {"command_id": str(new_id()), "based_on": Case.objects.get(id=case.id).version, **said},
    )
    assert page.status_code == 302, page.content.decode()
    return Case.objects.get(id=case.id)


def track(receipt: dict[str, str], verb: str = "", **said: Any) -> Any:
    """Look at one's own case, or press a button there."""
    way = reverse("cases:track_act", args=[verb]) if verb else reverse("cases:track")
    answer = Client().post(way, {"command_id": str(new_id()), **receipt, **said})
    assert answer.status_code == 200, answer.content.decode()
    return answer


def verbs_of(case: Case) -> list[str]:
    """List what the journal tells of a case, in its order."""
    told = Event.objects.filter(subject=case.id).order_by("position", "n")
    entries = {e.position: e.command for e in Entry.objects.all()}
    return [entries[event.position].removeprefix("cases.") for event in told]


def ready(town: Town) -> Town:
    survey_is_brought(town)
    survey_is_accepted(town)
    net_is_divided_and_adopted(town)
    return town


def middle(town: Town, community: str, place: int) -> dict[str, str]:
    """Return the point of a unit as the map writes it into the form."""
    lon, lat = town.city.middle(_unit(community, place))
    return {"place.lon": f"{lon:.6f}", "place.lat": f"{lat:.6f}"}


def _unit(community: str, place: int) -> str:
    return f"{community}{place + 1:06d}"


def test_a_survey_becomes_a_net_and_every_unit_lies_in_one_grid(town: Town) -> None:
    survey_is_brought(town)
    read = Survey.objects.get().state
    survey_is_accepted(town)
    net_is_divided_and_adopted(town)

    held = Membership.objects.filter(valid_until=None)
    assert read == Survey.CHECKED
    assert Plan.objects.get().state == Plan.ADOPTED
    assert held.count() == held.values("unit").distinct().count() == 24 * len(COMMUNITIES)
    assert all(200 <= grid.households <= 400 for grid in Grid.objects.filter(valid_until=None))


def test_a_report_goes_round_until_its_reporter_rates_it(town: Town) -> None:
    ready(town)
    lon_lat = middle(town, WENCHANG, 2)
    case, receipt = resident_reports(text="路灯不亮", category=LAMP, **lon_lat)
    holding = Membership.objects.get(unit__code=case.unit_code, valid_until=None).grid.code
    assert case.area_code == holding
    assert case.area_code.startswith(WENCHANG)
    # The grid has no worker yet: the station holds it. Then somebody takes the post.
    assert case.level == "community"
    town.sit("worker", Role.GRID_WORKER, holding)
    case, receipt = resident_reports(text="路灯不亮", category=LAMP, **lon_lat)
    assert case.level == "grid"

    worker, station, lamps = town["worker"], town["station"], town["lamps"]
    step(worker, case, "accept")
    case = step(worker, case, "hand_up", text="不归网格管")
    assert case.level == "community"
    unit = Organisation.objects.get(code="路灯")
    case = step(station, case, "dispatch", organisation=str(unit.id))
    assert (case.level, case.organisation) == ("unit", unit.id)
    step(lamps, case, "sign")
    step(lamps, case, "done", text="换了灯泡")
    case = step(station, case, "verify")
    page = track(receipt, "rate", rating="5", is_solved="true")

    case.refresh_from_db()
    assert (case.state, case.rating, case.is_solved) == ("rated", 5, True)
    assert "换了灯泡" in page.content.decode()
    assert verbs_of(case) == ["open", "accept", "hand_up", "dispatch", "sign", "done", "verify",
                              "rate"]  # fmt: skip
    assert journal.verify().flaws == ()
    assert [d for _, found in differing() for d in found] == []


def test_what_is_not_solved_begins_again_and_its_reporter_sees_who_looked(town: Town) -> None:
    ready(town)
    case, receipt = resident_reports(
        text="楼道堆物", category=STAIRS, **{"contact.phone": "13512345678"},
        **middle(town, WENCHANG, 7),
    )  # fmt: skip
    station = town["station"]
    looked = station.post(
        reverse("cases:contact", args=[case.id]),
        {"command_id": str(new_id()), "purpose": "ask"},
        headers={"HX-Request": "true"},
    )
    assert "13512345678" in looked.content.decode()
    step(station, case, "accept")
    step(station, case, "settle", text="搬走了")

    page = track(receipt, "reopen", text="又堆上了").content.decode()

    case.refresh_from_db()
    assert (case.state, case.reopened, case.level) == ("to_dispatch", 1, "community")
    assert "核实情况" in page
    assert "社区服务站" in page
    assert verbs_of(case)[-1] == "reopen"
    assert journal.verify().flaws == ()


@pytest.mark.parametrize(
    ("place", "level"),
    [({"place.area_code": VILLAGE}, "town"), (OFF_THE_MAP, "city"), ({}, "city")],
    ids=["a village without grids", "a point outside", "nothing known"],
)
def test_wherever_it_is_somebody_holds_it(town: Town, place: dict[str, str], level: str) -> None:
    ready(town)
    town.sit("village town", Role.INTAKE, VILLAGE[:9])

    case, receipt = resident_reports(text="路坏了", **place)

    assert case.level == level
    holder = track(receipt).context["case"].holder
    assert holder
    desk = town["village town"] if level == "town" else town["platform"]
    assert step(desk, case, "accept").state == "accepted"


def test_a_report_sent_twice_is_one_case(town: Town) -> None:
    ready(town)
    said = {"command_id": str(new_id()), "text": "路灯不亮", **middle(town, DONGGUAN, 0)}

    first, second = (Client().post(reverse("cases:report"), said) for _ in range(2))

    assert first.context["number"] == second.context["number"]
    assert Case.objects.count() == 1
    assert UUID(said["command_id"]) == Case.objects.get().id
