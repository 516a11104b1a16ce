"""The state's list of changed divisions, from a file."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import city as small
from tests.city import DONGGUAN, WENCHANG, YONGAN, City, corner, square
from yige.cli.imports import import_command
from yige.kernel.errors import Refusal
from yige.territory import queries
from yige.territory.models import Division, Place, Succession, Unit

pytestmark = pytest.mark.django_db
NEW = "370683001009"


@pytest.fixture
def city(db: None) -> City:
    return small.build()


def bring(*words: object) -> Result:
    return CliRunner().invoke(import_command, ["changes", *[str(word) for word in words]])


def test_a_list_is_shown_before_it_is_done(city: City, tmp_path: Path) -> None:
    file = tmp_path / "变更.csv"
    file.write_text(f"原代码,新代码,名称\n{DONGGUAN},{WENCHANG},文东社区\n", "utf-8")
    Place.objects.create(name="店", kind="shop", area_code=DONGGUAN)

    shown = bring(file)
    before = Succession.objects.count()
    done = bring(file, "--apply")

    assert (shown.exit_code, done.exit_code, before) == (0, 0, 0)
    assert "24 units and 2 grids get another community; 1 open rows" in shown.stdout
    assert f"{DONGGUAN} > {WENCHANG}: 480 households, 100.0%" in shown.stdout
    assert queries.name_of(WENCHANG) == "文东社区"
    assert Place.objects.get().area_code == WENCHANG


def test_days_follow_one_another(city: City, tmp_path: Path) -> None:
    file = tmp_path / "变更.csv"
    lines = [f"{NEW},370683001010,,2026-06-02", f"{WENCHANG},{NEW},,2026-06-01"]
    file.write_text("\n".join(["old,new,name,date", *lines]), "utf-8")

    done = bring(file, "--apply")

    assert done.exit_code == 0, done.output
    spans = Division.objects.filter(code=NEW).values_list("valid_from", "valid_until").get()
    assert [at.date().isoformat() for at in spans if at] == ["2026-05-31", "2026-06-01"]


def test_a_split_by_outlines_and_by_units(city: City, tmp_path: Path) -> None:
    changes, outlines, units = (tmp_path / name for name in ("变更.csv", "范围.json", "单元.csv"))
    east = f"{YONGAN[:9]}010"
    changes.write_text(
        "old,new,name\n"
        f"{WENCHANG},{WENCHANG},\n{WENCHANG},{NEW},西苑社区\n"
        f"{YONGAN},{YONGAN},\n{YONGAN},{east},东苑社区\n", "utf-8",
    )  # fmt: skip
    shapes = {WENCHANG: square(*corner(WENCHANG, 2), columns=4, rows=4),
              NEW: square(*corner(WENCHANG, 0), columns=2, rows=4)}  # fmt: skip
    features = [
        {"type": "Feature", "geometry": json.loads(shape), "properties": {"code": c, "name": "x"}}
        for c, shape in shapes.items()
    ]
    outlines.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    listed = [(u, east if n < 6 else YONGAN) for n, u in enumerate(city.units(YONGAN))]
    units.write_text("\n".join(["unit,new", *[f"{u},{c}" for u, c in listed]]), "utf-8")

    done = bring(changes, "--outlines", outlines, "--datum", "wgs84", "--units", units, "--apply")

    assert done.exit_code == 0, done.output
    assert Unit.objects.filter(community_code=NEW).count() == 8
    assert Unit.objects.filter(community_code=east).count() == 6


def test_wrong_rows_are_listed_and_nothing_is_done(city: City, tmp_path: Path) -> None:
    file = tmp_path / "变更.csv"
    file.write_text(
        f"原代码,新代码,日期\n37,{NEW},\n{WENCHANG},{NEW},下月\n{WENCHANG},{NEW},2999-01-01\n",
        "utf-8",
    )

    refused = bring(file, "--apply")

    assert refused.exit_code == 1
    assert [line.split("：")[0].split(" “")[0] for line in refused.stderr.splitlines()] == [
        "row 2, 原代码", "row 3, 日期", "row 4, 日期"]  # fmt: skip
    assert not Succession.objects.exists()


def test_a_file_without_the_columns_is_no_list(city: City, tmp_path: Path) -> None:
    file = tmp_path / "变更.csv"
    file.write_text("代码,名称\n1,2\n", "utf-8")

    assert isinstance(bring(file).exception, Refusal)
