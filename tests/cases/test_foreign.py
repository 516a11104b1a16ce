"""Another city's table of cases: what is read, what is wrong, and what is done with it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.cases.offices import Offices
from yige.base.models import Entry
from yige.base.tables.read import read_table
from yige.base.tables.shape import Table
from yige.cases import bulk
from yige.cases.errors import MappingWrong
from yige.cases.foreign import Foreign, Reader
from yige.cases.mapping import read_mapping
from yige.cases.models import Case
from yige.cli.cases import cases_command
from yige.territory.queries import name_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "boston-311.yaml"
MAPPING = """
name: Elsewhere
time_zone: America/New_York
datum: wgs84
make_city: {code: "990001", name: Elsewhere, town: {column: ward, name: "Ward {value}"},
            community: {column: precinct, name: "Precinct {value}"}}
columns: {id: id, opened: opened, closed: closed, due: due, status: status, ending: closure,
          category: type, text: [type], source: source, lon: lon, lat: lat}
sources: {map: {Call: hotline}, fallback: import}
endings: {map: {duplicate: void, invalid: decline}, fallback: settle}
dirt: {closed_before_opened: keep, default_points: [[-71.0, 42.0]]}
categories: {map: {Lamp: "0302"}}
"""
HEADER = "id,opened,closed,due,status,closure,type,source,ward,precinct,lon,lat"
GOOD = "1,2015-01-05 09:00:00,2015-01-06 10:00:00,x,closed,resolved,Lamp,Call,5,503,-71.1,42.3"


def table(*lines: str) -> Table:
    rows = [line.split(",") for line in lines]
    numbers = list(range(2, len(rows) + 2))
    return Table(columns=HEADER.split(","), rows=rows, numbers=numbers, kind="csv")


def read(*lines: str, mapping: str = MAPPING) -> Foreign:
    return Reader(table(*lines), read_mapping(mapping), city="990001").read()


def changed(**cells: str) -> str:
    """Return the good line with other cells."""
    values = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | cells
    return ",".join(values.values())


def test_a_row_becomes_a_case_with_its_end() -> None:
    case = read(GOOD).cases[0]

    assert case.at == datetime(2015, 1, 5, 14, 0, tzinfo=UTC)
    assert case.report["category"] == "0302"
    assert case.report["source"] == "hotline"
    assert [step.verb for step in case.steps] == ["settle", "close"]


@pytest.mark.parametrize(
    ("cells", "verbs"),
    [
        ({"closure": "duplicate"}, ["void"]),
        ({"closure": "invalid"}, ["decline"]),
        ({"closure": "so so"}, ["settle", "close"]),
        ({"status": "open", "closed": ""}, []),
    ],
)
def test_the_end_is_what_the_mapping_says(cells: dict[str, str], verbs: list[str]) -> None:
    case = read(changed(**cells)).cases[0]

    assert [step.verb for step in case.steps] == verbs


@pytest.mark.parametrize(
    ("cells", "kind", "kept"),
    [
        ({"opened": "yesterday"}, "opening_unreadable", False),
        ({"closed": "2015-01-01 00:00:00"}, "closed_before_opened", True),
        ({"closed": ""}, "closed_without_time", True),
        ({"due": ""}, "no_due", True),
        ({"lon": "-71.0", "lat": "42.0"}, "default_point", True),
        ({"lon": ""}, "no_point", True),
        ({"ward": "", "precinct": ""}, "no_district", True),
        ({"type": "Space saver"}, "category_by_fallback", True),
        ({"type": ""}, "no_text", True),
        ({"type": "Lamp\x00"}, "does_not_fit", False),
    ],
)
def test_dirt_is_counted_with_its_row_and_kept_or_left_out_by_rule(
    cells: dict[str, str], kind: str, kept: bool
) -> None:
    found = read(changed(id="2"), changed(**cells))

    finding = found.findings[kind]
    assert (finding.count, finding.rows) == (1, [3])
    assert (found.read, len(found.cases), found.left_out) == (2, 1 + kept, 1 - kept)


def test_a_number_that_stands_twice_is_one_case() -> None:
    found = read(GOOD, GOOD)

    assert len(found.cases) == 1
    assert found.findings["number_repeated"].rows == [3]


def test_a_rule_of_the_mapping_leaves_rows_out() -> None:
    strict = MAPPING.replace("closed_before_opened: keep", "closed_before_opened: leave_out")

    found = read(changed(closed="2015-01-01 00:00:00"), mapping=strict)

    assert (len(found.cases), found.left_out) == (0, 1)


def test_a_case_that_closed_before_it_opened_ends_a_second_after() -> None:
    case = read(changed(closed="2015-01-01 00:00:00")).cases[0]

    assert (case.steps[0].at - case.at).total_seconds() == 1


def test_districts_become_areas_in_the_order_of_their_numbers() -> None:
    found = read(
        GOOD, changed(id="2", ward="12", precinct="1202"), changed(id="3", ward="5", precinct="")
    )

    codes = {area["name"]: area["code"] for area in found.areas}
    assert codes == {
        "Elsewhere": "990001",
        "Ward 5": "990001001",
        "Precinct 503": "990001001001",
        "Ward 12": "990001002",
        "Precinct 1202": "990001002001",
    }
    places = {case.place.area_code for case in found.cases if case.place}
    assert places == {"990001001001", "990001002001", "990001001"}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("opened: opened", "opened: begun", "the table has no column begun"),
        ("column: ward", "column: parish", "the table has no column parish"),
        ("America/New_York", "America/Gotham", "no such time zone"),
        ('"0302"', '"lamp"', "categories.map.Lamp"),
        ("datum: wgs84", "", "datum"),
        ("name: Elsewhere\n", "name: [", "expected"),
        ("void", "vanish", "endings.map.duplicate"),
    ],
)
def test_a_fault_of_the_mapping_is_named(old: str, new: str, fault: str) -> None:
    with pytest.raises(MappingWrong) as refusal:
        read(GOOD, mapping=MAPPING.replace(old, new, 1))

    assert fault in str(refusal.value.facts["faults"])


def test_points_find_their_grid_where_no_city_is_made(offices: Offices) -> None:
    unit = offices.city.unit("370683001001", 0)
    lon, lat = offices.city.middle(unit)
    lines = [
        line
        for line in MAPPING.splitlines()
        if "make_city" not in line and "community" not in line
    ]

    found = read(changed(lon=str(lon), lat=str(lat)), mapping="\n".join(lines))

    place = found.cases[0].place
    assert place is not None
    assert place.unit_code == unit


@pytest.mark.django_db
def test_the_command_makes_a_city_loads_the_cases_and_says_what_was_wrong(tmp_path: Path) -> None:
    file, mapping, told = tmp_path / "cases.csv", tmp_path / "m.yaml", tmp_path / "told.json"
    lines = [HEADER, GOOD, changed(id="2", status="open", closed=""), changed(id="3", opened="?")]
    file.write_text("\n".join(lines), "utf-8")
    mapping.write_text(MAPPING, "utf-8")

    done = CliRunner().invoke(
        cases_command,
        [str(file), "--mapping", str(mapping), "--report", str(told), "--workers", "1"],
        catch_exceptions=False,
    )

    assert done.exit_code == 0
    assert "3 rows: 2 cases, 1 left out." in done.output
    assert "opening_unreadable: 1 (leave_out), rows 4" in done.output
    assert '"left_out": 1' in told.read_text("utf-8")
    states = list(Case.objects.order_by("number").values_list("state", "level", "area_code"))
    assert states == [
        ("closed", "city", "990001001001"),
        ("received", "city", "990001001001"),
    ]
    assert name_of("990001001001") == "Precinct 503"


@pytest.mark.outside
@pytest.mark.slow
@pytest.mark.django_db
def test_eight_months_of_boston_are_read_and_load(outside_data: Path) -> None:
    file = outside_data / "boston-311-2015-jan-aug.csv.gz"
    mapping = read_mapping(EXAMPLE.read_text("utf-8"))

    found = Reader(read_table(file), mapping, city="990001").read()
    counted: dict[str, Any] = {kind: finding.count for kind, finding in found.findings.items()}
    _set_up(found)
    loaded = bulk.load(found.cases[::40])

    assert (found.read, found.left_out) == (81_408, 0)
    assert counted["no_due"] == 19_533
    assert counted["closed_before_opened"] == 175
    assert counted["default_point"] == 11_899
    assert loaded.cases == Case.objects.count() == 2_036
    assert Entry.objects.filter(command="cases.open").count() == 2_036


def _set_up(found: Foreign) -> None:
    from tests.cases.offices import do
    from yige.base.access import SYSTEM

    since = found.cases[0].at
    areas = {"divisions": found.areas, "valid_from": since.isoformat(), "source": "Boston"}
    do("territory.set_divisions", areas, by=SYSTEM, at=since)
    do("cases.load_categories", {}, by=SYSTEM, at=since)
