from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import city as small
from tests.city import WENCHANG, YONGAN
from tests.territory.survey_files import as_csv, changed, rows_of
from yige.cli.imports import import_command
from yige.kernel.errors import Refusal
from yige.territory import net, queries
from yige.territory.models import Border, Division, Survey, Unit


def bring(*words: object) -> Result:
    return CliRunner().invoke(import_command, [str(word) for word in words])


@pytest.fixture
def divided(db: None) -> None:
    """The small city with its divisions only."""
    small.build(with_grids=False)
    Border.objects.all().delete()
    Unit.objects.all().delete()
    net.bump(at=small.SETTLED)


@pytest.mark.django_db
def test_a_city_begins_with_its_divisions(tmp_path: Path) -> None:
    file = tmp_path / "区划.csv"
    file.write_text("代码,名称,类型\n370683,莱州市,\n370683001,文昌路街道,\n", "utf-8")

    done = bring("divisions", file)

    assert (done.exit_code, done.stdout) == (0, "2 entered, 0 known already.\n")
    assert queries.name_of("370683001") == "文昌路街道"


@pytest.mark.django_db
def test_wrong_divisions_are_listed_and_left_out_only_when_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "区划.csv"
    file.write_text("代码,名称\n370683,莱州市\n37,短\n", "utf-8")

    refused = bring("divisions", file)
    before = Division.objects.count()
    done = bring("divisions", file, "--accept-without-rows")

    assert (refused.exit_code, before, done.exit_code, Division.objects.count()) == (1, 0, 0, 1)
    assert refused.stderr.startswith("row 3, 代码 “37”: ")


@pytest.mark.usefixtures("divided")
def test_a_survey_without_fault_is_stored_at_once(tmp_path: Path) -> None:
    file = tmp_path / "普查.csv"
    file.write_bytes(as_csv(rows_of(WENCHANG) + rows_of(YONGAN)))

    done = bring("survey", file, "--datum", "WGS 84")

    assert (done.exit_code, Unit.objects.count()) == (0, 48)
    assert "48 units in 2 communities, 960 households: 48 new, 0 known." in done.stdout
    assert done.stdout.endswith("Stored: 48 units.\n")


@pytest.mark.usefixtures("divided")
def test_a_survey_with_a_wrong_row_is_not_stored_and_the_row_is_named(tmp_path: Path) -> None:
    lines = rows_of(WENCHANG)
    lines[2] = changed(lines[2], {5: "很多"})
    file = tmp_path / "普查.csv"
    file.write_bytes(as_csv(lines))

    refused = bring("survey", file, "--datum", "wgs84")
    before = Unit.objects.count()
    done = bring("survey", file, "--datum", "wgs84", "--accept-without-rows")

    assert (refused.exit_code, before) == (1, 0)
    assert refused.stderr.startswith("row 4, 户数 “很多”: ")
    assert (done.exit_code, Unit.objects.count()) == (0, 23)
    assert sorted(Survey.objects.values_list("state", flat=True)) == ["dropped", "stored"]


@pytest.mark.usefixtures("divided")
def test_a_preview_stores_nothing(tmp_path: Path) -> None:
    file = tmp_path / "普查.csv"
    file.write_bytes(as_csv(rows_of(WENCHANG)))

    done = bring("survey", file, "--datum", "wgs84", "--preview")

    assert (done.exit_code, Unit.objects.count()) == (0, 0)
    assert "24 units" in done.stdout


@pytest.mark.usefixtures("divided")
def test_a_survey_without_a_datum_says_so(tmp_path: Path) -> None:
    file = tmp_path / "普查.csv"
    file.write_bytes(as_csv(rows_of(WENCHANG)))

    refused = bring("survey", file)

    assert refused.exit_code == 1
    assert "wgs84" in refused.stderr


@pytest.mark.usefixtures("divided")
def test_a_datum_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "普查.csv"
    file.write_bytes(as_csv(rows_of(WENCHANG)))

    refused = bring("survey", file, "--datum", "mars")

    assert isinstance(refused.exception, Refusal)
    assert not Survey.objects.exists()


@pytest.mark.django_db
def test_an_area_without_a_name_is_asked_for_its_name(tmp_path: Path) -> None:
    file = tmp_path / "区划.csv"
    file.write_text("代码,名称\n370683,\n", "utf-8")

    refused = bring("divisions", file)

    assert (refused.exit_code, Division.objects.count()) == (1, 0)
    assert refused.stderr.startswith("row 2, 名称 “”: This area has no name.")
