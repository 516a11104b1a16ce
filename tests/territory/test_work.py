"""The work of a unit: counts with visible weights, shared out among the grids when asked."""

from typing import Any

import pytest
from django.db.models import Sum

from tests.city import CODE, WENCHANG, City
from tests.territory.planning import NOON, PLANNER, do, drafted, halves
from tests.territory.survey_files import work as work_off
from yige.base.access import SYSTEM
from yige.territory import plan_queries, work
from yige.territory.models import Plan, Unit


def of_units(city: City, *places: int) -> dict[str, int]:
    codes = [city.unit(WENCHANG, place) for place in places]
    return dict(zip(codes, work.minutes_of(codes, CODE, at=NOON).tolist(), strict=True))


def test_a_units_work_is_its_counts_times_their_minutes(city: City) -> None:
    Unit.objects.filter(code=city.unit(WENCHANG, 0)).update(age_80_up=3, floors=5)
    Unit.objects.filter(code=city.unit(WENCHANG, 1)).update(age_80_up=0, floors=0)

    found = of_units(city, 0, 1)

    assert list(found.values()) == [20 * 20 + 3 * 120 + 5 * 24, 20 * 20]


def test_the_city_weighs_as_it_wants(city: City) -> None:
    do("base.set", actor=SYSTEM, name="territory.minutes_household", value="0", source="试点")
    do("base.set", actor=SYSTEM, name="territory.minutes_old", value="60", source="试点")
    Unit.objects.filter(code=city.unit(WENCHANG, 0)).update(age_80_up=2, floors=0)

    assert list(of_units(city, 0).values()) == [120]
    assert {weight.name: weight.minutes for weight in work.weights()}["old"] == 60


def divided(area: str, **asked: Any) -> dict[int, int]:
    """Draft a plan and return the work of its grids in minutes."""
    found = do("territory.draft_plan", name="方案", area=area, lower=200, upper=280, **asked)
    work_off()
    units = Plan.objects.get(id=found.result["id"]).units.order_by()
    return dict(units.values_list("label").annotate(Sum("work")))


@pytest.mark.slow
def test_work_is_shared_out_when_a_planner_asks_for_it(city: City) -> None:
    west = [city.unit(WENCHANG, place) for place in range(24) if place % 6 < 2]
    Unit.objects.filter(code__in=west).update(age_80_up=10)

    plain = divided(WENCHANG, keep="most")
    even = divided(WENCHANG, even="most")

    assert sum(plain.values()) == sum(even.values())
    assert max(even.values()) - min(even.values()) < max(plain.values()) - min(plain.values())


def test_hours_of_work_stand_beside_each_grid_and_move_with_a_unit(city: City) -> None:
    plan = drafted(halves(WENCHANG), area=WENCHANG)
    plan.units.update(work=90)

    do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 2)], label=2)

    _plan, grids = plan_queries.plan(PLANNER, plan.id)
    assert {grid.label: grid.hours for grid in grids} == {1: round(11 * 1.5), 2: round(13 * 1.5)}
