"""What changed since the last survey, held against sums made by hand from the raw numbers."""

import random
from collections import defaultdict

import pytest

from tests.city import CODE, COMMUNITIES, HOUSEHOLDS, WENCHANG, City
from tests.surveying.counting import (
    COUNTER,
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
from yige.surveying.compare import comparison
from yige.territory.models import Unit


@pytest.mark.parametrize("seed", range(3))
def test_the_changes_are_the_sums_of_the_units(city: City, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - numbers for a test
    known = {code: chance.randrange(5, 40) for code in Unit.objects.values_list("code", flat=True)}
    for code, homes in known.items():
        Unit.objects.filter(code=code).update(households=homes)
    campaign = opened(CODE)
    then: dict[str, int] = defaultdict(int)
    now: dict[str, int] = defaultdict(int)
    of_building: dict[tuple[str, str, str], int] = {}
    for sheet in sheets_of(campaign):
        homes = [chance.randrange(0, 45) for _ in lines_of(sheet)]
        checked(sheet, *homes)
        community = COMMUNITIES[sheet.area_code[:12]]
        before = sum(known[line.unit_code] for line in lines_of(sheet))
        then[community] += before
        now[community] += sum(homes)
        of_building[community, sheet.compound, sheet.building] = sum(homes) - before

    found = comparison(PLANNER, campaign.id)

    assert {c.community: (c.then, c.now) for c in found.communities} == {
        name: (then[name], now[name]) for name in then
    }
    assert {(c.community, c.compound, c.building): c.by for c in found.buildings} == of_building
    assert (found.then, found.now) == (sum(known.values()), sum(now.values()))
    sizes = [abs(change.by) for change in found.buildings]
    assert sizes == sorted(sizes, reverse=True)


def test_units_found_and_gone_are_counted(city: City) -> None:
    campaign = opened()
    sheet = sheets_of(campaign)[0]
    counts = counts_of(sheet)
    counts[1] = {"line": 2, "is_gone": True}
    counts.append({"line": 0, "name": "5单元", "households": 9})
    do("hand_in", actor=COUNTER, sheet=sheet.id, counts=counts)
    do("check", sheets=[sheet.id], reason="已核实")

    found = comparison(PLANNER, campaign.id)

    assert (found.new, found.gone, found.by, found.left) == (1, 1, 9 - HOUSEHOLDS, 5)


def test_sheets_that_are_not_checked_are_in_no_figure(city: City) -> None:
    campaign = opened()
    first, second, *_ = sheets_of(campaign)
    checked(first, 21)
    handed_in(second, 99)

    found = comparison(PLANNER, campaign.id)

    assert (found.then, found.now, found.left) == (80, 81, 5)


def test_a_station_compares_its_own_community(city: City) -> None:
    campaign = opened(CODE)
    for sheet in sheets_of(campaign):
        checked(sheet, 21)

    found = comparison(STATION, campaign.id)

    assert [c.code for c in found.communities] == [WENCHANG]


def test_the_comparison_of_a_frozen_campaign_never_changes(city: City) -> None:
    old = opened()
    for sheet in sheets_of(old):
        checked(sheet, 25)
    frozen(old)
    before = comparison(PLANNER, old.id)

    new = opened(name="下一次")
    for sheet in sheets_of(new):
        checked(sheet, 1, 1, 1, 1)
    frozen(new)

    assert comparison(PLANNER, old.id) == before
    assert comparison(PLANNER, new.id).then == 6 * (25 + 3 * HOUSEHOLDS)
