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
        rows = [(r["编号"], r["unit_code"], r["area_code"]) for r in csv.DictReader(out)]
    assert rows == [("甲", unit, city.grid(WENCHANG, 2)), ("乙", "", CODE), ("丙", "", CODE)]
    assert "3 points" in done.stderr
    assert "1 grid, 0 community, 0 town, 2 city" in done.stderr


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
