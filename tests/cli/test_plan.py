"""From a table of elsewhere to a net in force, by commands alone."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.city import CODE, City
from tests.city import build as build_city
from yige.base.models import Entry
from yige.cli.imports import import_command
from yige.cli.plan import plan
from yige.kernel.errors import Refusal
from yige.territory import queries
from yige.territory.models import Grid, Plan, Survey, Unit

EXAMPLES = Path(__file__).parents[2] / "examples"
REASON = "A block of the census is no surveyed unit."
ELSEWHERE = """
datum: wgs84
make_city: {code: "990009", name: Elsewhere, town: {name: Elsewhere Town},
            community: {column: tract, name: "Tract {value}"}}
columns: {code: block, community: tract, residents: people}
people_per_household: 2
"""
SQUARE = (
    '{{"type":"Feature","properties":{{"block":"{code}"}},"geometry":{{"type":"Polygon",'
    '"coordinates":[[[{w},40],[{e},40],[{e},40.001],[{w},40.001],[{w},40]]]}}}}'
)


def call(command: object, *words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])  # type: ignore[arg-type]


@pytest.fixture
def elsewhere(db: None, tmp_path: Path) -> Path:
    """A table of six blocks in two tracts, their outlines, and how they are to be read."""
    rows = [f"B{n},{'1' if n < 4 else '2'},200" for n in range(1, 7)]
    (tmp_path / "blocks.csv").write_text("\n".join(["block,tract,people", *rows]), "utf-8")
    shapes = [SQUARE.format(code=f"B{n}", w=10 + n / 1000, e=10.001 + n / 1000)
              for n in (*range(1, 7), 9)]  # fmt: skip
    body = '{"type":"FeatureCollection","features":[' + ",".join(shapes) + "]}"
    (tmp_path / "shapes.geojson").write_text(body, "utf-8")
    (tmp_path / "mapping.yaml").write_text(ELSEWHERE, "utf-8")
    return tmp_path


def bring(folder: Path, *words: object) -> Result:
    files = folder / "blocks.csv", "--outlines", folder / "shapes.geojson"
    return call(import_command, "survey", *files, "--mapping", folder / "mapping.yaml", *words)


def test_a_table_of_elsewhere_makes_its_city_and_says_what_is_assumed(elsewhere: Path) -> None:
    done = bring(elsewhere)

    assert done.exit_code == 0, done.output
    assert "3 areas made from the file's own districts; codes are invented." in done.stdout
    assert "! 1 outlines belong to no unit of the file." in done.stdout
    assert "assumed from 1200 residents at 2.0 people a household: 600" in done.stdout
    assert queries.name_of("990009001002") == "Tract 2"
    assert Unit.objects.exclude(outline="").count() == 6


def test_the_same_table_again_changes_nothing(elsewhere: Path) -> None:
    bring(elsewhere)

    again = bring(elsewhere)

    assert "6 units in 2 communities, 600 households: 0 new, 6 known." in again.stdout
    assert Unit.objects.count() == 6


def test_a_wrong_row_is_named_by_its_place_in_the_table_of_units(elsewhere: Path) -> None:
    file = elsewhere / "blocks.csv"
    file.write_text(file.read_text("utf-8").replace("B4,2,200", "B4,2,-5"), "utf-8")

    refused = bring(elsewhere)

    assert (refused.exit_code, Unit.objects.count()) == (1, 0)
    assert refused.stderr.startswith("row 5, people “-5”: ")


def test_a_city_is_never_made_over_another(elsewhere: Path) -> None:
    build_city()

    refused = bring(elsewhere)

    assert isinstance(refused.exception, Refusal)
    assert refused.exception.code == "cli.already_a_city"
    assert not Survey.objects.exists()


@pytest.mark.slow
def test_a_plan_is_drafted_divided_and_adopted_by_one_command(elsewhere: Path) -> None:
    bring(elsewhere)

    done = call(plan, "--effort", "quick", "--adopt")

    assert done.exit_code == 0, done.output
    assert "2 grids from 6 units, 600 households; 2 in range 200 to 400." in done.stdout
    assert sorted(Grid.objects.values_list("code", flat=True)) == [
        "990009001001001", "990009001002001"]  # fmt: skip


@pytest.mark.slow
def test_grids_out_of_range_are_listed_and_adopted_only_with_a_reason(surveyed: City) -> None:
    ask = ("--lower", 300, "--upper", 400, "--effort", "quick", "--adopt")

    refused = call(plan, CODE, *ask)
    before = Grid.objects.count()
    done = call(plan, CODE, *ask, "--reason", REASON)

    assert isinstance(refused.exception, Refusal)
    assert refused.exception.code == "territory.not_adoptable"
    assert "文昌社区: 240 households, -60" in refused.stdout
    assert (before, done.exit_code) == (0, 0)
    assert set(Grid.objects.values_list("reason", flat=True)) == {REASON}
    assert sorted(Plan.objects.values_list("state", flat=True)) == ["adopted", "draft"]


@pytest.fixture
def surveyed(db: None) -> City:
    return build_city(with_grids=False)


OUTSIDE = {
    "denver": ("denver-blocks-2020-nodes.csv.gz", "denver-blocks-2020-shapes.geojson.gz", 10_149),
    "singapore": ("singapore-hdb-blocks-14-towns.csv.gz", "", 6_630),
}
MAPPINGS = {"denver": "denver-blocks.yaml", "singapore": "singapore-hdb.yaml"}


@pytest.mark.outside
@pytest.mark.slow
@pytest.mark.parametrize("city", OUTSIDE)
def test_a_real_city_is_imported_divided_and_adopted(
    outside_data: Path, transactional_db: None, city: str
) -> None:
    units, outlines, many = OUTSIDE[city]
    shapes = ("--outlines", outside_data / outlines) if outlines else ()
    survey = (outside_data / units, *shapes, "--mapping", EXAMPLES / MAPPINGS[city])

    brought = call(import_command, "survey", *survey, "--accept-without-rows")
    adopted = call(plan, "--effort", "quick", "--adopt", "--reason", REASON)

    assert brought.exit_code == 0, brought.output
    assert brought.stdout.endswith(f"Stored: {many} units.\n")
    assert adopted.stdout.endswith("Adopted: this is the net in force now.\n"), adopted.output
    grids = Grid.objects.filter(valid_until=None)
    in_range = grids.filter(households__gte=200, households__lte=400, reason="")
    assert in_range.count() > 0.9 * grids.count()
    assert sum(grids.values_list("households", flat=True)) == sum(
        Unit.objects.values_list("households", flat=True)
    )
    assert Entry.objects.filter(command="territory.adopt_plan").count() == 1
