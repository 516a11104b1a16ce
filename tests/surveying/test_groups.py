"""Who gets which sheets, and who sees them."""

from datetime import date

import pytest

from tests.api.seats import seat
from tests.city import CODE, DONGGUAN, WENCHANG, City
from tests.surveying.counting import (
    STATION,
    VINTAGE,
    checked,
    counts_of,
    do,
    frozen,
    group_of,
    handed_in,
    opened,
    sheets_of,
    surveyor,
)
from yige.base.access import Actor, Role
from yige.base.commands import Clash, NotAllowed
from yige.kernel.ids import new_id
from yige.people.models import Organisation, Person
from yige.surveying import access, queries
from yige.surveying.errors import (
    GroupMissing,
    NobodyNamed,
    NothingToHandOut,
    OwnCount,
    PersonsUnknown,
    SheetMissing,
)
from yige.surveying.models import Group, Sheet


def test_the_members_of_a_group_see_its_sheets_and_nobody_elses(city: City) -> None:
    campaign = opened()
    first, second = surveyor("甲"), surveyor("乙")
    group_of(campaign, second, name="二组")
    group = group_of(campaign, first)
    sheets = sheets_of(campaign)

    do("hand_out", campaign=campaign.id, group=group.id, sheets=[s.id for s in sheets[:2]],
       due_on=VINTAGE)  # fmt: skip

    assert [row.number for row in queries.own_sheets(first)] == [1, 2]
    assert {row.due_on for row in queries.own_sheets(first)} == {VINTAGE}
    assert queries.own_sheets(second) == []
    with pytest.raises(SheetMissing):
        do("begin", actor=second, sheet=sheets[0].id)


def test_sheets_due_first_and_returned_come_first(city: City) -> None:
    campaign, worker = opened(), surveyor()
    group = group_of(campaign, worker)
    sheets = sheets_of(campaign)
    do("hand_out", campaign=campaign.id, group=group.id, area=WENCHANG)
    for sheet, day in ((sheets[3], 3), (sheets[1], 9)):
        do("hand_out", campaign=campaign.id, group=group.id, sheets=[sheet.id],
           due_on=date(2026, 6, day))  # fmt: skip
    handed_in(sheets[4])
    do("send_back", sheet=sheets[4].id, reason="重数")
    handed_in(sheets[0])

    order = [row.number for row in queries.own_sheets(worker)]

    assert order == [4, 2, 5, 3, 6, 1]


def test_a_group_for_an_organisation_or_a_post_is_whoever_is_in_it_now(city: City) -> None:
    campaign = opened()
    firm = Organisation.objects.create(code="firm", name="物业", kind="property_firm",
                                       area_code=WENCHANG)  # fmt: skip
    worker = Actor(role=Role.PROPERTY_MANAGER, area=WENCHANG, account=new_id(),
                   organisation=firm.id)  # fmt: skip
    made = do("set_group", campaign=campaign.id, name="物业组", organisation=firm.id).id

    do("hand_out", campaign=campaign.id, group=made, area=WENCHANG)

    assert len(queries.own_sheets(worker)) == 6
    elsewhere = Actor(role=Role.PROPERTY_MANAGER, area=WENCHANG, account=new_id())
    assert queries.own_sheets(elsewhere) == []


def test_each_grids_worker_gets_the_sheets_of_the_grid_and_a_vacant_post_none(
    city: City,
) -> None:
    seat("一格员", Role.GRID_WORKER, f"{WENCHANG}001")
    campaign = opened()

    first = do("hand_out_by_grid", campaign=campaign.id, due_on=VINTAGE).result
    again = do("hand_out_by_grid", campaign=campaign.id).result
    seat("二格员", Role.GRID_WORKER, f"{WENCHANG}002")
    later = do("hand_out_by_grid", campaign=campaign.id).result

    assert (first["sheets"], first["left"]) == (3, 3)
    assert (again["sheets"], again["left"]) == (0, 3)
    assert (later["sheets"], later["left"]) == (3, 0)
    assert Group.objects.filter(campaign=campaign).count() == 2


def test_what_is_done_stays_with_those_who_did_it(city: City) -> None:
    campaign = opened()
    one, two = group_of(campaign, surveyor("甲")), group_of(campaign, surveyor("乙"), name="二组")
    sheet = sheets_of(campaign)[0]
    do("hand_out", campaign=campaign.id, group=one.id, sheets=[sheet.id])
    handed_in(sheet)

    with pytest.raises(NothingToHandOut):
        do("hand_out", campaign=campaign.id, group=two.id, sheets=[sheet.id])
    assert Sheet.objects.get(id=sheet.id).group_id == one.id


def test_a_station_hands_out_its_own_community_only(city: City) -> None:
    campaign = opened(CODE)
    group = do("set_group", actor=STATION, campaign=campaign.id, name="x",
               persons=[surveyor().person]).id  # fmt: skip

    do("hand_out", actor=STATION, campaign=campaign.id, group=group,
       sheets=[s.id for s in sheets_of(campaign)])  # fmt: skip

    handed = Sheet.objects.filter(group=group)
    assert {sheet.area_code[:12] for sheet in handed} == {WENCHANG}
    assert handed.count() == 6


def test_a_group_needs_somebody_who_is_known(city: City) -> None:
    campaign = opened()

    with pytest.raises(NobodyNamed):
        do("set_group", campaign=campaign.id, name="空")
    for unknown in ({"persons": [new_id()]}, {"post": new_id()}, {"organisation": new_id()}):
        with pytest.raises(PersonsUnknown):
            do("set_group", campaign=campaign.id, name="x", **unknown)


def test_two_groups_of_one_campaign_bear_different_names(city: City) -> None:
    campaign = opened()
    group_of(campaign, surveyor())

    with pytest.raises(Clash):
        group_of(campaign, surveyor("乙"))


def test_a_group_of_another_campaign_gets_no_sheet(city: City) -> None:
    campaign = opened()
    other = group_of(opened(DONGGUAN), surveyor())

    with pytest.raises(GroupMissing):
        do("hand_out", campaign=campaign.id, group=other.id, area=WENCHANG)


def test_whoever_counted_a_sheet_does_not_check_it(city: City) -> None:
    sheet = sheets_of(opened())[0]
    do("hand_in", actor=STATION, sheet=sheet.id, counts=counts_of(sheet))

    with pytest.raises(OwnCount):
        do("check", actor=STATION, sheets=[sheet.id])


def test_a_surveyor_checks_nothing(city: City) -> None:
    campaign, worker = opened(), surveyor()
    do("hand_out", campaign=campaign.id, group=group_of(campaign, worker).id, area=WENCHANG)
    sheet = handed_in(sheets_of(campaign)[0])

    with pytest.raises(NotAllowed):
        do("check", actor=worker, sheets=[sheet.id])
    with pytest.raises(NotAllowed):
        do("send_back", actor=worker, sheet=sheet.id, reason="x")


def test_a_person_of_no_surveying_role_sees_no_sheet_even_in_a_group(city: City) -> None:
    campaign, worker = opened(), surveyor()
    do("hand_out", campaign=campaign.id, group=group_of(campaign, worker).id, area=WENCHANG)
    police = Actor(role=Role.POLICE, area=worker.area, account=worker.account,
                   person=worker.person)  # fmt: skip

    assert not access.own_sheets(police).exists()
    assert Person.objects.filter(id=worker.person).exists()


def test_sheets_of_an_open_campaign_move_with_a_new_net_and_frozen_ones_do_not(
    city: City,
) -> None:
    campaign = opened()
    checked(sheets_of(campaign)[0])
    assert Sheet.open_rows().count() == 6

    frozen(campaign, without_open=True)

    assert not Sheet.open_rows().exists()
