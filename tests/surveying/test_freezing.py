from datetime import timedelta
from json import loads

import pytest

from tests.city import CODE, DONGGUAN, HOUSEHOLDS, WENCHANG, City
from tests.surveying.counting import (
    LATER,
    PLANNER,
    STATION,
    checked,
    counts_of,
    do,
    frozen,
    handed_in,
    lines_of,
    opened,
    sheets_of,
)
from tests.territory.survey_files import work
from yige.kernel import clock
from yige.surveying.errors import CampaignState, NothingCounted, SheetsOpen
from yige.surveying.models import Campaign, Line, Sheet
from yige.territory.locate import area_of_unit
from yige.territory.models import Border, Grid, Survey, Unit, UnitBefore


def test_frozen_counts_take_the_place_of_what_was_known_and_the_old_keeps_its_time(
    city: City,
) -> None:
    campaign = opened()
    first, *others = sheets_of(campaign)
    checked(first, 25, 20, 20, 20)
    for sheet in others:
        checked(sheet)
    outlines = dict(Unit.objects.values_list("code", "outline"))

    campaign = frozen(campaign)

    code = lines_of(first)[0].unit_code
    unit = Unit.objects.get(code=code)
    before = UnitBefore.objects.get(unit=unit)
    survey = Survey.objects.get(id=campaign.survey)
    assert (unit.households, unit.survey_id) == (25, survey.id)
    assert loads(before.facts)["households"] == HOUSEHOLDS
    assert (before.valid_from, before.valid_until) == (city.at, survey.received_at)
    assert (survey.state, survey.households, survey.units) == (Survey.STORED, 24 * 20 + 5, 24)
    assert dict(Unit.objects.values_list("code", "outline")) == outlines


def test_the_grids_count_their_households_anew(city: City) -> None:
    campaign = opened()
    for sheet in sheets_of(campaign):
        checked(sheet, 25, 25, 25, 25)

    frozen(campaign)

    homes = Grid.objects.filter(community_code=WENCHANG).values_list("households", flat=True)
    assert list(homes) == [300, 300]


def test_a_campaign_is_not_frozen_over_open_sheets_unless_somebody_says_so(city: City) -> None:
    campaign = opened()
    first, second, *_ = sheets_of(campaign)
    checked(first, 21)
    handed_in(second, 33)

    with pytest.raises(SheetsOpen) as refused:
        do("freeze", campaign=campaign.id)
    frozen(campaign, without_open=True)

    assert refused.value.facts == {"sheets": 5, "households": 5 * 4 * HOUSEHOLDS}
    codes = [line.unit_code for line in lines_of(second)]
    assert set(Unit.objects.filter(code__in=codes).values_list("households", flat=True)) == {20}


def test_a_campaign_without_a_checked_sheet_cannot_be_frozen(city: City) -> None:
    campaign = opened()

    with pytest.raises(NothingCounted):
        do("freeze", campaign=campaign.id, without_open=True)


@pytest.mark.parametrize("command", ["begin", "hand_in", "check", "send_back"])
def test_nothing_of_a_frozen_campaign_can_be_changed(city: City, command: str) -> None:
    campaign = opened()
    first, second, *_ = sheets_of(campaign)
    checked(first)
    handed_in(second)
    frozen(campaign, without_open=True)
    said = {
        "begin": {"sheet": second.id},
        "hand_in": {"sheet": second.id, "counts": counts_of(second, 1)},
        "check": {"sheets": [second.id], "reason": "x"},
        "send_back": {"sheet": first.id, "reason": "x"},
    }

    with pytest.raises(CampaignState):
        do(command, actor=STATION if command == "hand_in" else PLANNER, **said[command])


def test_the_next_campaign_supersedes_the_last_and_changes_none_of_its_counts(
    city: City,
) -> None:
    old = opened()
    for sheet in sheets_of(old):
        checked(sheet, 21, 21, 21, 21)
    frozen(old)
    counted = list(Line.objects.filter(sheet__campaign=old).order_by("id").values())

    new = opened(CODE, name="下一次")
    for sheet in sheets_of(new):
        checked(sheet, 18, 18, 18, 18)
    new = frozen(new, at=LATER + timedelta(days=60))

    old = Campaign.objects.get(id=old.id)
    assert (old.state, old.superseded_by_id) == (Campaign.SUPERSEDED, new.id)
    assert list(Line.objects.filter(sheet__campaign=old).order_by("id").values()) == counted
    assert {loads(b.facts)["households"] for b in UnitBefore.objects.filter(
        unit__community_code=WENCHANG)} == {20, 21}  # fmt: skip
    assert set(Unit.objects.values_list("households", flat=True)) == {18}


def test_a_campaign_that_reaches_further_stays_for_the_rest(city: City) -> None:
    wide = opened(CODE)
    for sheet in sheets_of(wide):
        checked(sheet)
    frozen(wide)

    narrow = opened(DONGGUAN)
    for sheet in sheets_of(narrow):
        checked(sheet, 19, 19, 19, 19)
    frozen(narrow)

    assert Campaign.objects.get(id=wide.id).state == Campaign.FROZEN


def test_a_unit_that_was_found_gets_its_code_for_ever_and_joins_a_grid(city: City) -> None:
    campaign = opened()
    first, *others = sheets_of(campaign)
    counts = [*counts_of(first), {"line": 0, "name": "5单元", "households": 7, "occupied": 7}]
    do("hand_in", actor=STATION, sheet=first.id, counts=counts)
    do("check", sheets=[first.id], reason="新建")
    for sheet in others:
        checked(sheet)

    frozen(campaign)

    found = Unit.objects.get(community_code=WENCHANG, name="5单元")
    assert (found.code, found.households) == (f"{WENCHANG}000025", 7)
    assert found.building is not None
    assert found.building.name == first.building
    assert area_of_unit(found.code, clock.now()) == first.area_code
    assert Border.objects.filter(a=found).exists() or Border.objects.filter(b=found).exists()


def test_counts_are_taken_over_once_however_often_it_is_asked_for(city: City) -> None:
    campaign = opened()
    for sheet in sheets_of(campaign):
        checked(sheet, 22, occupied=0)
    do("freeze", LATER, campaign=campaign.id)
    do("freeze", LATER, campaign=campaign.id)

    work()

    assert Survey.objects.count() == 1
    assert UnitBefore.objects.count() == 6
    with pytest.raises(CampaignState):
        do("freeze", LATER, campaign=campaign.id)


def test_doors_that_nobody_counted_stay_as_they_are_known(city: City) -> None:
    Unit.objects.update(doors=24)
    campaign = opened()
    for sheet in sheets_of(campaign):
        checked(sheet, 21, 21, 21, 21, occupied=0)

    frozen(campaign)

    assert set(Unit.objects.filter(community_code=WENCHANG).values_list("doors", flat=True)) == {
        24
    }


def test_what_another_survey_stored_meanwhile_is_what_is_compared_with(city: City) -> None:
    campaign = opened()
    sheets = sheets_of(campaign)
    for sheet in sheets:
        checked(sheet)
    Unit.objects.filter(code=lines_of(sheets[0])[0].unit_code).update(households=30)

    frozen(campaign)

    assert lines_of(sheets[0])[0].households_then == 30
    assert Sheet.objects.get(id=sheets[0].id).households_then == 90
