import numpy as np
import pyproj
import pytest

from yige.kernel.places import (
    Datum,
    DatumMissing,
    DatumUnknown,
    Plane,
    convert,
    datum_named,
    in_china,
    to_storage,
)

EARTH = pyproj.Geod(ellps="WGS84")
LAIZHOU = (119.942274, 37.177129)
SHIFTED = [Datum.GCJ02, Datum.BD09]


def metres_between(lon, lat, other_lon, other_lat):
    return EARTH.inv(lon, lat, other_lon, other_lat)[2]


def test_laizhou_lies_apart_from_itself_on_chinese_web_maps() -> None:
    gcj = convert(*LAIZHOU, source=Datum.WGS84, target=Datum.GCJ02)

    baidu = convert(*gcj, source=Datum.GCJ02, target=Datum.BD09)

    assert metres_between(*LAIZHOU, *map(float, gcj)) == pytest.approx(466, abs=1)
    assert metres_between(*map(float, gcj), *map(float, baidu)) == pytest.approx(858, abs=1)


@pytest.mark.parametrize("datum", SHIFTED)
def test_any_place_in_china_comes_back_to_within_a_hand(datum: Datum) -> None:
    rng = np.random.default_rng(8)
    lon, lat = rng.uniform(75, 134, 20_000), rng.uniform(19, 53, 20_000)

    there = convert(lon, lat, source=Datum.CGCS2000, target=datum)
    back = to_storage(*there, datum=datum)

    assert metres_between(lon, lat, *back).max() < 0.1


def test_one_web_map_is_read_into_the_other_by_way_of_the_true_place() -> None:
    gcj = convert(*LAIZHOU, source=Datum.WGS84, target=Datum.GCJ02)

    baidu = convert(*gcj, source=Datum.GCJ02, target=Datum.BD09)

    direct = convert(*LAIZHOU, source=Datum.WGS84, target=Datum.BD09)
    assert np.allclose(baidu, direct, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(-104.99, 39.74), (103.854, 1.295), (24.94, 60.17), (139.69, 35.69)],
    ids=["Denver", "Singapore", "Helsinki", "Tokyo"],
)
@pytest.mark.parametrize("datum", SHIFTED)
def test_places_abroad_are_never_shifted(lon: float, lat: float, datum: Datum) -> None:
    assert convert(lon, lat, source=datum, target=Datum.WGS84) == (lon, lat)
    assert not in_china(lon, lat)


def test_cgcs2000_and_wgs84_are_the_same_numbers() -> None:
    assert convert(*LAIZHOU, source=Datum.WGS84, target=Datum.CGCS2000) == LAIZHOU


def test_a_place_without_a_datum_is_refused() -> None:
    with pytest.raises(DatumMissing) as refused:
        to_storage(*LAIZHOU, datum=None)

    assert refused.value.facts["known"] == ["wgs84", "cgcs2000", "gcj02", "bd09"]


@pytest.mark.parametrize(
    ("spelling", "datum"),
    [
        ("WGS 84", Datum.WGS84),
        ("EPSG:4490", Datum.CGCS2000),
        ("GCJ-02", Datum.GCJ02),
        ("火星坐标系", Datum.GCJ02),
        ("百度", Datum.BD09),
        ("bd09", Datum.BD09),
    ],
)
def test_a_datum_is_known_by_the_names_people_give_it(spelling: str, datum: Datum) -> None:
    assert datum_named(spelling) is datum


def test_a_datum_nobody_knows_is_refused() -> None:
    with pytest.raises(DatumUnknown):
        datum_named("Beijing 1954")

    with pytest.raises(DatumMissing):
        datum_named("  ")


def test_the_plane_agrees_with_the_surveyors_projection() -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(119.3, 120.6, 2_000), rng.uniform(36.8, 37.6, 2_000)
    plane = Plane(lon=120.0, lat=37.2)
    surveyor = pyproj.Transformer.from_crs(
        4490, "+proj=tmerc +lon_0=120 +lat_0=37.2 +ellps=GRS80 +units=m", always_xy=True
    )

    x, y = plane.metres(lon, lat)

    expected = surveyor.transform(lon, lat)
    assert np.abs(x - expected[0]).max() < 0.001
    assert np.abs(y - expected[1]).max() < 0.001


def test_the_plane_leads_back_to_the_degrees_it_came_from() -> None:
    lon, lat = np.array([103.6, 103.8, 104.1]), np.array([1.2, 1.3, 1.5])
    plane = Plane.around(lon, lat)

    back = plane.degrees(*plane.metres(lon, lat))

    assert np.allclose(back[0], lon, atol=1e-9)
    assert np.allclose(back[1], lat, atol=1e-8)
