import pytest
from hypothesis import given
from hypothesis import strategies as st

from yige.homes.numbers import Numbered, made


def test_the_second_door_of_the_third_floor_is_302() -> None:
    doors = made(floors=6, total=12)

    assert Numbered(3, "302") in doors
    assert doors[0] == Numbered(1, "101")
    assert doors[-1] == Numbered(6, "602")


def test_where_there_are_no_floors_houses_are_numbered_through() -> None:
    assert [door.number for door in made(floors=0, total=3)] == ["1", "2", "3"]


@pytest.mark.parametrize(("floors", "total", "by_floor"), [(3, 7, [3, 2, 2]), (4, 2, [1, 1])])
def test_doors_that_do_not_divide_evenly_are_spread_from_below(
    floors: int, total: int, by_floor: list[int]
) -> None:
    doors = made(floors=floors, total=total)

    found = [sum(door.floor == floor for door in doors) for floor in range(1, floors + 1)]
    assert [number for number in found if number] == by_floor


@given(floors=st.integers(0, 60), total=st.integers(0, 1200))
def test_every_door_has_a_number_of_its_own_that_tells_its_floor(floors: int, total: int) -> None:
    doors = made(floors=floors, total=total)

    numbers = [door.number for door in doors]
    assert len(numbers) == len(set(numbers)) == total
    if floors:
        places = [door.number.removeprefix(str(door.floor)) for door in doors]
        assert len({len(place) for place in places}) <= 1
        assert all(1 <= door.floor <= floors for door in doors)
