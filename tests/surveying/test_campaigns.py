from datetime import timedelta

import pytest

from tests.city import CODE, DONGGUAN, HOUSEHOLDS, WENCHANG, YONGAN, City
from tests.surveying.counting import STATION, VINTAGE, do, lines_of, opened, sheets_of
from yige.base.access import Actor, Role
from yige.base.commands import NotAllowed
from yige.kernel.ids import new_id
from yige.surveying.errors import AreaInCampaign, DaysWrong
from yige.surveying.models import Campaign, Line, Sheet
from yige.territory.models import Unit


def test_each_building_of_the_area_becomes_a_sheet_with_a_line_for_each_unit(city: City) -> None:
    campaign = opened()

    sheets = sheets_of(campaign)
    assert [sheet.number for sheet in sheets] == [1, 2, 3, 4, 5, 6]
    assert {(s.compound, s.building) for s in sheets} == {
        (compound, f"{n}号楼") for compound in ("文昌花园", "书香苑") for n in (1, 2, 3)
    }
    assert [line.name for line in lines_of(sheets[0])] == [f"{n}单元" for n in (1, 2, 3, 4)]
    assert all(s.households_then == 4 * HOUSEHOLDS and s.state == Sheet.NEW for s in sheets)


def test_no_unit_is_left_out_or_on_two_sheets(city: City) -> None:
    campaign = opened(CODE)

    codes = Line.objects.filter(sheet__campaign=campaign).values_list("unit_code", flat=True)
    assert sorted(codes) == sorted(Unit.objects.values_list("code", flat=True))


def test_a_sheet_lies_in_the_grid_of_its_units(city: City) -> None:
    campaign = opened()

    areas = {sheet.area_code for sheet in sheets_of(campaign)}
    assert areas == {f"{WENCHANG}001", f"{WENCHANG}002"}


@pytest.mark.parametrize("area", [CODE, WENCHANG[:9], WENCHANG])
def test_an_area_is_counted_by_one_campaign_at_a_time(city: City, area: str) -> None:
    opened(WENCHANG)

    with pytest.raises(AreaInCampaign):
        opened(area)


def test_two_communities_are_counted_side_by_side(city: City) -> None:
    opened(WENCHANG)

    opened(DONGGUAN)

    assert Campaign.objects.filter(state=Campaign.OPEN).count() == 2


def test_a_campaign_does_not_end_before_it_begins(city: City) -> None:
    with pytest.raises(DaysWrong):
        opened(closes_on=VINTAGE - timedelta(days=1))


def test_a_station_and_a_planner_of_elsewhere_open_no_campaign(city: City) -> None:
    elsewhere = Actor(role=Role.PLANNER, area=YONGAN[:9], account=new_id())
    said = {"name": "x", "area": WENCHANG, "vintage": VINTAGE, "opens_on": VINTAGE,
            "closes_on": VINTAGE}  # fmt: skip

    for actor in (STATION, elsewhere):
        with pytest.raises(NotAllowed):
            do("open_campaign", actor=actor, **said)


def test_an_area_without_buildings_opens_without_sheets(city: City) -> None:
    assert sheets_of(opened("370683101")) == []
