"""The demo's campaign leaves something to see for everybody who may log in."""

from typing import cast

from tests.api.seats import seat
from tests.city import CODE, WENCHANG, City
from tests.territory.planning import NOON
from yige.base.access import Role
from yige.demo.campaign import load_campaign
from yige.demo.city import City as DemoCity
from yige.surveying.models import Campaign, Sheet


class Made:
    """As much of the demo city as a campaign needs to know."""

    code, seed = CODE, 1


def test_the_demos_worker_finds_a_sheet_that_came_back_and_one_begun(city: City) -> None:
    for grid in (1, 2):
        seat(f"{grid}格员", Role.GRID_WORKER, f"{WENCHANG}{grid:03d}")

    load_campaign(cast("DemoCity", Made()), at=NOON)

    campaign = Campaign.objects.get()
    own = Sheet.objects.filter(area_code=f"{WENCHANG}001").order_by("number")
    others = Sheet.objects.filter(area_code=f"{WENCHANG}002")
    assert campaign.area_code == WENCHANG
    assert [sheet.state for sheet in own] == [Sheet.RETURNED, Sheet.UNDER_WAY, Sheet.NEW]
    assert {sheet.state for sheet in others} <= {Sheet.DONE, Sheet.CHECKED}
    assert all(sheet.due_on for sheet in own)
