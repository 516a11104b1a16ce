from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.city import CODE, DONGGUAN, SETTLED, SOUTH, VILLAGE, WENCHANG, WEST, YONGAN, City
from yige.kernel.codes import Level
from yige.territory import net, queries
from yige.territory.locate import area_of_unit, locate, locate_many
from yige.territory.models import Grid, Membership, Succession, Unit

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)


def test_a_point_in_a_unit_lies_in_its_grid(city: City) -> None:
    unit = city.unit(WENCHANG, 4)
    lon, lat = city.middle(unit)

    found = locate(lon=lon, lat=lat)

    assert (found.unit_code, found.area_code) == (unit, city.grid(WENCHANG, 2))
    assert (found.level, found.name, found.how) == (Level.GRID, "文昌02网格", "point")


def test_every_unit_holds_its_own_middle(city: City) -> None:
    units = [*city.units(WENCHANG), *city.units(DONGGUAN), *city.units(YONGAN)]
    points = np.array([city.middle(unit) for unit in units])

    found = locate_many(points[:, 0], points[:, 1])

    assert found.unit_code.tolist() == units
    assert found.area_code.tolist() == [area_of_unit(unit) for unit in units]


def test_a_point_just_beside_a_unit_is_still_the_units(city: City) -> None:
    found = locate(lon=WEST - 0.0003, lat=SOUTH + 0.0001)

    assert (found.unit_code, found.how) == (city.unit(WENCHANG, 0), "near")


@pytest.mark.parametrize(
    ("lon", "lat", "area"),
    [
        (WEST + 0.001, SOUTH + 0.101, VILLAGE),
        (WEST + 0.02, SOUTH + 0.09, VILLAGE[:9]),
        (WEST - 0.5, SOUTH, CODE),
        (float("nan"), SOUTH, CODE),
        (0.0, 0.0, CODE),
    ],
)
def test_a_point_outside_all_units_falls_to_the_smallest_area_that_holds_it(
    city: City, lon: float, lat: float, area: str
) -> None:
    found = locate(lon=lon, lat=lat)

    assert (found.unit_code, found.area_code) == ("", area)


@pytest.mark.parametrize(
    ("address", "unit"),
    [
        ("文昌花园2号楼3单元501", 13),
        ("莱州市 文昌路街道 文昌社区 文昌花园 二号楼 三单元", 13),
        ("文昌花园２幢３单元", 13),
        ("文昌花园2-3-501", 13),
        ("文昌社区文昌花园2#3单元", 13),
        ("书香苑1栋1单元", 3),
    ],
)
def test_an_address_is_understood_as_people_write_it(city: City, address: str, unit: int) -> None:
    found = locate(address=address)

    assert (found.unit_code, found.how) == (city.unit(WENCHANG, unit), "address")


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("文昌花园里面", f"{WENCHANG}001"),
        ("文昌花园2号楼", f"{WENCHANG}001"),
        ("文昌花园99号楼", f"{WENCHANG}001"),
        ("东关社区门口", DONGGUAN),
        ("沙河镇河西村", VILLAGE),
        ("沙河镇政府", VILLAGE[:9]),
        ("火星", CODE),
        ("", CODE),
        ("无 无 无", CODE),
        ("😀" * 5000, CODE),
    ],
)
def test_an_address_that_names_no_stairwell_falls_to_the_area_it_names(
    city: City, address: str, area: str
) -> None:
    found = locate(address=address)

    assert (found.unit_code, found.area_code) == ("", area)


def test_the_finest_of_what_is_said_wins(city: City) -> None:
    found = locate(lon=WEST - 0.5, lat=SOUTH, address="书香苑1栋1单元", area_code=YONGAN)

    assert found.unit_code == city.unit(WENCHANG, 3)


def test_a_unit_without_grid_falls_to_its_community(surveyed: City) -> None:
    lon, lat = surveyed.middle(surveyed.unit(YONGAN, 0))

    found = locate(lon=lon, lat=lat)

    assert (found.unit_code, found.area_code) == (surveyed.unit(YONGAN, 0), YONGAN)


@pytest.mark.django_db
def test_a_place_is_located_even_before_there_is_a_city() -> None:
    found = locate(lon=120.0, lat=37.0, address="文昌花园", area_code="370683001001002")

    assert (found.unit_code, found.area_code, found.level) == ("", "", None)


def test_a_place_is_located_as_it_lay_on_that_day(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    lon, lat = city.middle(unit)
    _move(unit, city.grid(WENCHANG, 2), at=NOON)

    before = locate(lon=lon, lat=lat, at=NOON - timedelta(seconds=1))
    after = locate(lon=lon, lat=lat, at=NOON)

    assert before.area_code == city.grid(WENCHANG, 1)
    assert after.area_code == city.grid(WENCHANG, 2)
    assert locate(unit_code=unit, at=SETTLED).area_code == city.grid(WENCHANG, 1)
    assert locate(unit_code=unit, at=SETTLED - timedelta(days=1)).area_code == CODE


def test_a_grid_that_has_ended_is_followed_to_its_heir(city: City) -> None:
    old, heir = city.grid(WENCHANG, 1), city.grid(WENCHANG, 2)
    Grid.objects.filter(code=old).update(valid_until=NOON)
    Succession.objects.create(old_code=old, new_code=heir, at=NOON, households=240, share=1.0)
    net.bump(at=NOON)

    found = locate(area_code=old, at=NOON)

    assert (found.area_code, found.how) == (heir, "area")


def test_areas_are_named_and_listed_from_the_city_down(city: City) -> None:
    grid = city.grid(WENCHANG, 1)

    area = queries.area(grid)

    assert (area.name, area.full_name) == ("文昌01网格", "文昌路街道 文昌社区 文昌01网格")
    assert [a.code for a in queries.children_of(WENCHANG)] == [grid, city.grid(WENCHANG, 2)]
    assert queries.name_of("999999") == "999999"
    assert [g.code for g in queries.grids_at(CODE, NOON)][:2] == [grid, city.grid(WENCHANG, 2)]
    assert [u.code for u in queries.units_of(grid, NOON)][:3] == city.units(WENCHANG)[:3]
    assert {u.grid_code for u in queries.units_of(grid, NOON)} == {grid}


def _move(unit: str, grid: str, *, at: datetime) -> None:
    row = Unit.objects.get(code=unit)
    Membership.objects.filter(unit=row, valid_until=None).update(valid_until=at)
    Membership.objects.create(unit=row, grid=Grid.objects.get(code=grid), valid_from=at)
    net.bump(at=at)
