import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import city as small
from tests.city import CODE, WENCHANG, City
from yige.cli.locate import locate
from yige.kernel.places import Datum, convert
from yige.territory.survey_columns import ColumnsMissing


@pytest.fixture
def city(db: None) -> City:
    return small.build()


def find(*words: object) -> Result:
    return CliRunner().invoke(locate, [str(word) for word in words])


def points(path: Path, rows: list[tuple[object, ...]], heading: str = "编号,经度,纬度") -> Path:
    lines = [",".join(map(str, row)) for row in rows]
    path.write_text("\n".join([heading, *lines]) + "\n", "utf-8")
    return path


def test_each_point_of_a_file_gets_its_unit_and_area(city: City, tmp_path: Path) -> None:
    unit = city.unit(WENCHANG, 5)
    file = points(tmp_path / "点.csv", [("甲", *city.middle(unit)), ("乙", 0, 0), ("丙", "", "")])

    done = find(file, "--datum", "cgcs2000", "-o", tmp_path / "out.csv")

    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as out:
        rows = [
            (r["编号"], r["unit_code"], r["area_code"], r["found"]) for r in csv.DictReader(out)
        ]
    assert rows == [
        ("甲", unit, city.grid(WENCHANG, 2), "grid"),
        ("乙", "", CODE, "outside"),
        ("丙", "", CODE, "no_point"),
    ]
    assert "3 points" in done.stderr
    assert "1 grid, 0 community, 0 town, 0 city" in done.stderr
    assert "! 1 points lie outside the city, the nearest" in done.stderr
    assert "km away (rows 3)." in done.stderr
    assert "! 1 rows have no readable point (rows 4)." in done.stderr


def test_points_of_a_web_map_are_brought_home_first(city: City, tmp_path: Path) -> None:
    unit = city.unit(WENCHANG, 5)
    lon, lat = convert(*city.middle(unit), source=Datum.WGS84, target=Datum.GCJ02)
    file = points(tmp_path / "点.csv", [("甲", float(lon), float(lat))])

    done = find(file, "--datum", "gcj02")

    assert unit in done.stdout


def test_the_datum_of_points_has_to_be_said(city: City, tmp_path: Path) -> None:
    file = points(tmp_path / "点.csv", [("甲", 120, 37)])

    assert find(file).exit_code == 2


def test_a_file_without_points_is_refused(city: City, tmp_path: Path) -> None:
    file = points(tmp_path / "点.csv", [("甲", 120, 37)], heading="编号,东,北")

    refused = find(file, "--datum", "wgs84")

    assert isinstance(refused.exception, ColumnsMissing)


def test_points_of_another_city_are_told_with_what_may_be_the_matter(
    city: City, tmp_path: Path
) -> None:
    file = points(tmp_path / "点.csv", [("甲", -71.06, 42.36), ("乙", -71.1, 42.3)])

    done = find(file, "--datum", "wgs84")

    assert "! 2 points lie outside the city" in done.stderr
    assert "Look at the datum, the columns and the city." in done.stderr


@pytest.mark.django_db
def test_a_city_that_knows_no_place_says_that_a_survey_has_to_come(tmp_path: Path) -> None:
    file = points(tmp_path / "点.csv", [("甲", 119.94, 37.18)])

    done = find(file, "--datum", "wgs84")

    assert "import a survey, or divisions with outlines" in done.stderr


@pytest.mark.outside
@pytest.mark.slow
def test_bostons_points_lie_outside_a_city_elsewhere(city: City, outside_data: Path) -> None:
    done = find(outside_data / "boston-311-2015-jan-aug.csv.gz", "--datum", "wgs84")

    assert "81408 points" in done.stderr
    assert "! 81408 points lie outside the city" in done.stderr
