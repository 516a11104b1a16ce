import pytest

from tests.city import DONGGUAN, WENCHANG, City
from tests.homes.papers import days, do, listed
from tests.territory.planning import NOON, adopt, drafted, halves
from yige.base.access import Actor, Role
from yige.base.commands import NotAllowed, Stale, run
from yige.base.models import Deferral
from yige.homes.errors import (
    DoorsMissing,
    DoorsThere,
    NoDoorsToMake,
    TooManyDoors,
    UnitMissing,
)
from yige.homes.maps import building_map, floors_of, natural
from yige.homes.models import Door, Stairwell
from yige.kernel.ids import new_id
from yige.territory.models import Unit

WORKER = Actor(role=Role.GRID_WORKER, area=f"{WENCHANG}001", account=new_id(), name="网格员")
NEXT_WORKER = Actor(role=Role.GRID_WORKER, area=f"{WENCHANG}002", account=new_id(), name="邻格")


def states(unit: str) -> dict[str, str]:
    return dict(Door.objects.filter(stairwell__unit__code=unit).values_list("number", "state"))


def test_doors_of_a_community_are_listed_from_floors_at_once(city: City) -> None:
    made = listed()

    assert made.result == {"units": 24, "doors": 480, "kept": 0, "unknown": 0}
    assert sorted(states(city.unit(WENCHANG, 0)))[:5] == ["101", "102", "103", "104", "201"]
    assert not Stairwell.objects.filter(unit__community_code=DONGGUAN).exists()


def test_what_the_survey_says_is_taken_where_nothing_else_is_said(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    Unit.objects.filter(code=unit).update(floors=6, doors=13)

    do("homes.make_doors", area=WENCHANG)

    assert len(states(unit)) == 13
    assert "603" not in states(unit)
    assert "103" in states(unit)
    assert sorted(states(city.unit(WENCHANG, 1)), key=int)[-1] == "20"


def test_listing_an_area_again_leaves_what_is_listed(city: City) -> None:
    listed()
    do("homes.set_doors", unit=city.unit(WENCHANG, 0), numbers=["302"], state="let")

    again = listed(floors=9)

    assert again.result["kept"] == 24
    assert len(states(city.unit(WENCHANG, 0))) == 20


def test_a_door_that_keeps_its_number_keeps_how_it_stands(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    listed()
    do("homes.set_doors", unit=unit, numbers=["302", "504"], state="empty")

    listed(units=[unit], floors=4, replace=True)

    assert states(unit)["302"] == "empty"
    assert "504" not in states(unit)
    assert Stairwell.objects.get(unit__code=unit).version == 3


def test_a_named_unit_is_not_listed_anew_by_mistake(city: City) -> None:
    listed()

    with pytest.raises(DoorsThere) as refusal:
        listed(units=[city.unit(WENCHANG, 0)])

    assert refusal.value.facts == {"units": [city.unit(WENCHANG, 0)]}


def test_a_unit_of_which_nobody_knows_the_doors_is_named(city: City) -> None:
    unit = city.unit(WENCHANG, 3)
    Unit.objects.filter(code=unit).update(households=0)

    with pytest.raises(NoDoorsToMake) as refusal:
        do("homes.make_doors", area=WENCHANG, units=[unit])
    of_all = do("homes.make_doors", area=WENCHANG)

    assert refusal.value.facts == {"units": [unit]}
    assert of_all.result["unknown"] == 1


def test_no_stairwell_gets_thousands_of_doors(city: City) -> None:
    with pytest.raises(TooManyDoors):
        listed(floors=200, per_floor=11)

    assert not Door.objects.exists()


def test_several_doors_change_at_once_or_none(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    listed()

    do("homes.set_doors", unit=unit, numbers=["301", "302"], state="let")
    with pytest.raises(DoorsMissing) as refusal:
        do("homes.set_doors", unit=unit, numbers=["303", "909"], state="empty")

    assert refusal.value.facts["numbers"] == ["909"]
    assert [states(unit)[number] for number in ("301", "302", "303")] == [
        "let", "let", "occupied",
    ]  # fmt: skip


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    listed()
    do("homes.set_doors", unit=unit, numbers=["301"], state="let", based_on=1)

    with pytest.raises(Stale):
        do("homes.set_doors", unit=unit, numbers=["301"], state="empty", based_on=1)

    assert states(unit)["301"] == "let"


def test_a_worker_keeps_the_doors_of_the_own_grid_only(city: City) -> None:
    listed()

    do("homes.set_doors", actor=WORKER, unit=city.unit(WENCHANG, 0), numbers=["301"],
       state="let")  # fmt: skip
    with pytest.raises(NotAllowed):
        do("homes.set_doors", actor=WORKER, unit=city.unit(WENCHANG, 3), numbers=["301"],
           state="let")  # fmt: skip
    with pytest.raises(UnitMissing):
        do("homes.make_doors", actor=WORKER, area=WORKER.area, units=[city.unit(WENCHANG, 3)])

    assert states(city.unit(WENCHANG, 3))["301"] == "occupied"


def test_a_word_made_before_the_change_goes_to_whoever_has_the_unit_now(city: City) -> None:
    unit = city.unit(WENCHANG, 12)
    listed()
    adopt(drafted(halves(split="rows")), NOON + days(1))

    late = run(
        "homes.set_doors", {"unit": unit, "numbers": ["301"], "state": "empty"}, id=new_id(),
        actor=WORKER, at=NOON + days(2), made_at=NOON,
    )  # fmt: skip

    deferral = Deferral.objects.get()
    assert (late.outcome, deferral.unit_code) == ("deferred", unit)
    assert deferral.area_code not in (WORKER.area, WENCHANG)
    assert states(unit)["301"] == "occupied"
    holder = Actor(role=Role.GRID_WORKER, area=deferral.area_code, account=new_id())
    do("base.take_over_deferred", NOON + days(3), holder, deferral=deferral.entry_id)
    assert states(unit)["301"] == "empty"


def test_the_map_adds_up_to_the_households_or_says_by_how_much_it_does_not(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    listed()
    do("homes.set_doors", unit=unit, numbers=["101", "102"], state="empty")
    do("homes.set_doors", unit=unit, numbers=["103"], state="let")

    found = building_map(WORKER, unit, at=NOON)

    first = next(s for s in found.stairwells if s.unit_code == unit)
    assert (first.doors, first.homes, first.households, first.more) == (20, 18, 20, -2)
    assert (found.name, len(found.stairwells)) == ("文昌花园1号楼", 4)
    assert found.counts == {"occupied": 77, "empty": 2, "let": 1}
    assert [floor.floor for floor in first.floors] == [5, 4, 3, 2, 1]
    assert [door.number for door in first.floors[0].doors] == ["501", "502", "503", "504"]


def test_the_map_shows_a_worker_no_building_of_another_grid(city: City) -> None:
    with pytest.raises(UnitMissing):
        building_map(NEXT_WORKER, city.unit(WENCHANG, 0), at=NOON)


def test_doors_stand_in_the_order_people_count() -> None:
    numbers = ["10", "2", "西", "1", "东", "2B"]

    assert sorted(numbers, key=natural) == ["1", "2", "2B", "10", "东", "西"]
    assert [floor.floor for floor in floors_of([(-1, "B101", "let"), (2, "201", "let")])] == [
        2,
        -1,
    ]


def test_an_order_that_is_sent_twice_lists_the_doors_once(city: City) -> None:
    station = Actor(role=Role.STATION, area=WENCHANG)
    body, call = {"area": WENCHANG, "floors": 2, "per_floor": 2}, new_id()

    first = run("homes.make_doors", body, id=call, actor=station)
    again = run("homes.make_doors", body, id=call, actor=station)

    assert again.is_repeat
    assert first.result == again.result
    assert Stairwell.objects.get(unit__code=city.unit(WENCHANG, 0)).version == 1
