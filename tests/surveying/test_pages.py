"""The pages of a campaign, for the planner, the station and the surveyor, with Django's client."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.api.seats import seat
from tests.city import CODE, WENCHANG, City
from tests.surveying.counting import checked, do, group_of, handed_in, lines_of, opened, sheets_of
from tests.territory.survey_files import work
from yige.base.access import Actor, Role
from yige.base.models import Account
from yige.kernel import clock
from yige.people.models import Person
from yige.surveying.models import Campaign, Group, Sheet

MOST = 12


def client_of(name: str, role: Role, area: str) -> tuple[Client, Actor]:
    """Log somebody in, and say who it is."""
    account, _ = seat(name, role, area)
    Account.objects.update(password_changed_at=clock.now())
    client = Client()
    client.force_login(account)
    person = Person.objects.get(account=account)
    return client, Actor(role=role, area=area, account=account.id, person=person.id, name=name)


@pytest.fixture
def planner(city: City) -> Client:
    return client_of("规划员", Role.PLANNER, CODE)[0]


@pytest.fixture
def worker(city: City) -> tuple[Client, Actor]:
    return client_of("网格员", Role.GRID_WORKER, f"{WENCHANG}001")


def typed(sheet: Sheet, *households: int | str, **more: str) -> dict[str, str]:
    """Type counts of a sheet as its page has the fields."""
    row = {f"counts.{n}.households": str(homes) for n, homes in enumerate(households)}
    row |= {f"counts.{n}.occupied": str(homes) for n, homes in enumerate(households)}
    return row | {"based_on": str(sheet.version)} | more


def test_a_planner_opens_a_campaign_and_hands_it_to_the_workers_of_the_grids(
    planner: Client, worker: tuple[Client, Actor]
) -> None:
    said = {"name": "普查", "area": WENCHANG, "vintage": "2026-06-01",
            "opens_on": "2026-06-01", "closes_on": "2026-06-20"}  # fmt: skip

    planner.post(reverse("surveying:campaigns"), said)
    campaign = Campaign.objects.get()
    planner.post(reverse("surveying:by_grid", args=[campaign.id]))
    shown = worker[0].get(reverse("surveying:mine"))

    assert len(shown.context["waiting"]) == 3
    assert Sheet.objects.filter(campaign=campaign, group=None).count() == 3
    assert "文昌花园1号楼" in shown.content.decode()


def test_a_surveyor_hands_a_sheet_in_and_it_waits_for_the_desk(
    planner: Client, worker: tuple[Client, Actor]
) -> None:
    client, actor = worker
    campaign = opened()
    sheet = sheets_of(campaign)[0]
    group = group_of(campaign, actor)
    do("hand_out", campaign=campaign.id, group=group.id, sheets=[sheet.id])
    sheet.refresh_from_db()

    answer = client.post(reverse("surveying:sheet", args=[sheet.id]), typed(sheet, 20, 21, 20, 9))

    assert answer["Location"] == f"{reverse('surveying:mine')}?done={sheet.id}"
    sheet.refresh_from_db()
    assert (sheet.state, sheet.households, sheet.state_by) == (Sheet.DONE, 70, "网格员")
    shown = planner.get(reverse("surveying:sheet", args=[sheet.id])).content.decode()
    assert "20" in shown
    assert "-11" in shown


def test_a_count_left_empty_is_asked_for_and_nothing_typed_is_lost(planner: Client) -> None:
    sheet = sheets_of(opened())[0]

    answer = planner.post(reverse("surveying:sheet", args=[sheet.id]), typed(sheet, 20, "", 20, 9))

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"counts.1.households"}
    assert answer.context["parts"][3]["first"][0]["value"] == "9"
    assert Sheet.objects.get(id=sheet.id).state == Sheet.NEW


def test_a_unit_found_on_the_spot_is_entered_with_its_name(planner: Client) -> None:
    sheet = sheets_of(opened())[0]
    new = {"counts.4.name": "5单元", "counts.4.households": "6"}

    planner.post(reverse("surveying:sheet", args=[sheet.id]), typed(sheet, 20, 20, 20, 20, **new))
    again = planner.get(reverse("surveying:sheet", args=[sheet.id]) + "?edit=1")

    assert [(line.name, line.is_found) for line in lines_of(sheet)][-1] == ("5单元", True)
    assert len(again.context["parts"]) == 6


def test_somebody_elses_correction_is_not_overwritten(planner: Client) -> None:
    sheet = sheets_of(opened())[0]
    before = typed(sheet, 1, 1, 1, 1)
    handed_in(sheet, 30, 30, 30, 30)

    answer = planner.post(reverse("surveying:sheet", args=[sheet.id]), before)

    assert answer.status_code == 409
    assert Sheet.objects.get(id=sheet.id).households == 120


def test_a_surveyor_sees_no_sheet_of_another_group(
    worker: tuple[Client, Actor], planner: Client
) -> None:
    sheet = sheets_of(opened())[0]

    assert worker[0].get(reverse("surveying:sheet", args=[sheet.id])).status_code == 404
    assert worker[0].get(reverse("surveying:campaigns")).status_code == 403


def test_the_station_checks_and_returns_what_its_community_counted(city: City) -> None:
    station, _ = client_of("站长", Role.STATION, WENCHANG)
    campaign = opened(CODE)
    mine = handed_in(next(s for s in sheets_of(campaign) if s.area_code.startswith(WENCHANG)), 99)
    other = next(s for s in sheets_of(campaign) if not s.area_code.startswith(WENCHANG))

    station.post(reverse("surveying:check", args=[mine.id]))
    without_reason = Sheet.objects.get(id=mine.id).state
    station.post(reverse("surveying:check", args=[mine.id]), {"reason": "合租"})
    taken = Sheet.objects.get(id=mine.id)
    station.post(reverse("surveying:send_back", args=[mine.id]), {"reason": "再数一次"})

    assert (without_reason, taken.state, taken.reason) == (Sheet.DONE, Sheet.CHECKED, "合租")
    assert Sheet.objects.get(id=mine.id).state == Sheet.RETURNED
    assert station.get(reverse("surveying:sheet", args=[other.id])).status_code == 404
    shown = station.get(reverse("surveying:campaign", args=[campaign.id]))
    assert [row.code for row, *_ in shown.context["rows"]] == [WENCHANG]


def test_sheets_are_handed_out_and_checked_many_at_once(planner: Client, city: City) -> None:
    campaign = opened()
    _, actor = client_of("李四", Role.GRID_WORKER, f"{WENCHANG}002")
    planner.post(reverse("surveying:groups", args=[campaign.id]),
                 {"name": "二组", "leader": str(actor.person)})  # fmt: skip
    group = Group.objects.get()
    chosen = [str(sheet.id) for sheet in sheets_of(campaign)[:4]]

    planner.post(reverse("surveying:sheets", args=[campaign.id]),
                 {"sheets": chosen, "group": str(group.id), "due_on": "2026-06-10"})  # fmt: skip
    for sheet in sheets_of(campaign)[:2]:
        handed_in(sheet)
    planner.post(reverse("surveying:check_many", args=[campaign.id]), {"sheets": chosen[:2]})

    assert Sheet.objects.filter(group=group, due_on="2026-06-10").count() == 4
    assert Sheet.objects.filter(state=Sheet.CHECKED).count() == 2


def test_a_campaign_is_frozen_from_its_page_and_compared_in_a_file(planner: Client) -> None:
    campaign = opened()
    first, *others = sheets_of(campaign)
    checked(first, 35, 20, 20, 20)
    for sheet in others:
        checked(sheet)

    planner.post(reverse("surveying:freeze", args=[campaign.id]))
    work()
    shown = planner.get(reverse("surveying:compare", args=[campaign.id]))
    text = planner.get(reverse("surveying:compare_file", args=[campaign.id, "csv"]))
    sheet = planner.get(reverse("surveying:compare_file", args=[campaign.id, "xlsx"]))

    assert (shown.context["found"].then, shown.context["found"].now) == (480, 495)
    lines = text.content.decode("utf-8-sig").splitlines()
    assert f"{first.compound},{first.building},80,95,15,0,0" in lines[1]
    assert len(lines) == 7
    assert BytesIO(sheet.content).read(2) == b"PK"
    assert planner.get(reverse("surveying:campaign", args=[campaign.id])).status_code == 200


def test_the_sheets_handed_out_as_a_file_come_back_filled(
    planner: Client,
) -> None:
    campaign = opened()
    address = reverse("surveying:blank", args=[campaign.id, "filled", "csv"])
    lines = planner.get(address).content.decode("utf-8-sig").splitlines()
    counts = ",22,50" + "," * 6 + "24,,,"
    filled = "\r\n".join([lines[0], *(line.replace("," * 11, counts) for line in lines[1:])])

    came = planner.post(
        reverse("surveying:files", args=[campaign.id]),
        {"kind": "filled", "file": SimpleUploadedFile("回收.csv", filled.encode())},
    )
    work()
    page = planner.get(came["Location"])
    planner.post(came["Location"] + "/accept")
    work()

    assert (page.context["report"]["sheets"], page.context["errors"]) == (6, [])
    assert set(Sheet.objects.values_list("state", "households", "residents", "doors")) == {
        (Sheet.DONE, 88, 200, 96)
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["filled", "buildings", "firm"])
def test_a_file_to_fill_in_is_read_by_its_own_columns(
    planner: Client, what: str, kind: str
) -> None:
    campaign = opened()

    answer = planner.get(reverse("surveying:blank", args=[campaign.id, what, kind]))

    assert answer.status_code == 200
    assert f"yige-survey-{what}.{kind}" in answer["Content-Disposition"]


def test_every_page_of_a_campaign_asks_the_database_little(
    planner: Client, worker: tuple[Client, Actor]
) -> None:
    campaign = opened(CODE)
    group = group_of(campaign, worker[1])
    do("hand_out", campaign=campaign.id, group=group.id, area=WENCHANG)
    first, second, *_ = sheets_of(campaign)
    handed_in(first, 99)
    checked(second)
    names = ("campaign", "map", "sheets", "groups", "files", "compare", "print")
    pages = [(planner, reverse(f"surveying:{name}", args=[campaign.id])) for name in names]
    third = sheets_of(campaign)[3]
    pages += [
        (planner, reverse("surveying:campaigns")),
        (worker[0], reverse("surveying:mine")),
        (planner, reverse("surveying:sheet", args=[first.id])),
        (worker[0], reverse("surveying:sheet", args=[third.id])),
    ]

    for client, address in pages:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200, address
        found = [q["sql"] for q in asked if "SAVEPOINT" not in q["sql"]]
        assert len(found) <= MOST, "\n".join([address, *found])
