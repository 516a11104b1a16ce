"""What changes from one division to another is counted in households, not in lines."""

import pytest

from tests.city import CODE, WENCHANG, City
from tests.territory.planning import NOON, PLANNER, do, drafted, halves
from yige.territory.errors import AreasDiffer
from yige.territory.plan_compare import compare


def test_a_plan_that_only_numbers_the_grids_otherwise_changes_nothing(city: City) -> None:
    plan = drafted({unit: 9 - label for unit, label in halves().items()})

    found = compare(PLANNER, None, plan.id, at=NOON)

    assert (found.moved_households, found.moved_units, found.flows) == (0, 0, ())
    assert (found.households, found.same, found.opened, found.closed) == (1440, 6, 0, 0)


def test_the_households_of_a_unit_that_joins_the_neighbour_change_grid(city: City) -> None:
    plan = drafted(halves())
    do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 2)], label=2)

    found = compare(PLANNER, None, plan.id, at=NOON)

    [flow] = found.flows
    assert (flow.name, flow.community, flow.households) == ("001 → 2", "文昌社区", 20)
    assert (found.moved_households, found.same) == (20, 4)
    assert found.units == {city.unit(WENCHANG, 2): "001 → 2"}


def test_a_turned_community_moves_half_its_households(city: City) -> None:
    turned = halves() | {u: 90 + p // 12 for p, u in enumerate(city.units(WENCHANG))}
    old, new = drafted(halves()), drafted(turned)

    found = compare(PLANNER, old.id, new.id, at=NOON)

    assert found.moved_households == 240
    assert {flow.households for flow in found.flows} == {120}


def test_a_grid_that_is_opened_and_one_that_ends_are_counted(city: City) -> None:
    old = drafted(halves())
    new = drafted(halves())
    do("territory.move_units", plan=new.id, units=[city.unit(WENCHANG, 0)])

    there = compare(PLANNER, old.id, new.id, at=NOON)
    back = compare(PLANNER, new.id, old.id, at=NOON)

    assert (there.opened, there.closed, there.moved_households) == (1, 0, 20)
    assert (back.opened, back.closed, back.moved_households) == (0, 1, 20)


def test_units_in_no_grid_are_told_as_well(city: City) -> None:
    old, new = drafted(halves()), drafted(halves())
    new.units.filter(unit__code=city.unit(WENCHANG, 0)).delete()

    found = compare(PLANNER, old.id, new.id, at=NOON)

    assert [flow.name for flow in found.flows] == ["1 → —"]


def test_plans_of_different_areas_are_not_compared(city: City) -> None:
    whole, part = drafted(halves()), drafted(halves(WENCHANG), area=WENCHANG)

    with pytest.raises(AreasDiffer) as refusal:
        compare(PLANNER, whole.id, part.id, at=NOON)

    assert refusal.value.facts["areas"] == [CODE, WENCHANG]
