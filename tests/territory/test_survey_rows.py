from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.utils.translation import override

from yige.base.tables.read import read_table
from yige.base.tables.shape import Table
from yige.base.tables.write import write_xlsx
from yige.kernel.places import Datum, DatumMissing, convert
from yige.territory.survey_columns import NAMES, EdgeColumns
from yige.territory.survey_rows import (
    REASONS,
    ColumnsMissing,
    ColumnTwice,
    MappingInvalid,
    Survey,
    SurveyEmpty,
    SurveyMapping,
    read_survey,
)
from yige.territory.survey_template import COLUMNS, header, survey_template

CITY = (119.5, 37.0, 120.2, 37.4)
KNOWN = {"370683001012": "云峰社区", "370683001013": "定海社区"}
YUNFENG, DINGHAI = KNOWN
HEADER = ["单元编号", "社区编码", "小区", "户数", "经度", "纬度"]


def row(number: int, **said: str) -> list[str]:
    """Give one well surveyed stairwell, but for what the story says."""
    cells = {
        "code": f"{number:04d}",
        "community": YUNFENG,
        "compound": "文昌苑",
        "households": "24",
        "lon": f"{119.94 + number * 2e-4:.6f}",
        "lat": "37.18",
    }
    return list((cells | said).values())


def survey_of(rows: Sequence[list[str]], columns: Sequence[str] = HEADER, **options) -> Survey:
    table = Table(list(columns), list(rows), list(range(2, len(rows) + 2)), kind="csv")
    return read_survey(table, datum=options.pop("datum", Datum.CGCS2000), **options)


def reasons(survey: Survey) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.code) for error in survey.errors]


def notices(survey: Survey) -> dict[str, object]:
    return {notice.code: notice for notice in survey.warnings}


def test_a_well_made_survey_becomes_units_without_a_word() -> None:
    survey = survey_of([row(k) for k in range(6)], known_communities={YUNFENG: "云峰社区"})

    assert survey.errors == []
    assert survey.warnings == []
    assert survey.rows.code == ["0000", "0001", "0002", "0003", "0004", "0005"]
    assert survey.rows.number == [2, 3, 4, 5, 6, 7]
    assert survey.rows.households.tolist() == [24] * 6
    assert survey.rows.kind == ["residential"] * 6
    assert survey.adjacency is not None
    assert len(survey.adjacency) == 5


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_heading_of_the_template_is_understood(language: str) -> None:
    headings = [header(key, language) for key in COLUMNS]
    cells = dict.fromkeys(COLUMNS, "1") | {"community": YUNFENG, "lon": "119.9", "lat": "37.1"}
    cells |= {"kind": "住宅", "residents": "5"}

    survey = survey_of([[cells[key] for key in COLUMNS]], headings)

    assert survey.errors == []
    assert survey.rows.ages.tolist() == [[1, 1, 1, 1, 1]]
    assert survey.rows.doors.tolist() == [1]
    assert survey.rows.firm == ["1"]


def test_headings_may_be_typed_with_full_width_signs_and_blanks() -> None:
    survey = survey_of(
        [["1", YUNFENG, "24"]], [" Ｕｎｉｔ　Code ", "社区 编码", "户数 "], needs_place=False
    )

    assert survey.errors == []


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({"households": ""}, (2, "户数", "territory.row_value_missing")),
        ({"households": "-3"}, (2, "户数", "territory.row_negative")),
        ({"households": "1000000000"}, (2, "户数", "territory.row_too_large")),
        ({"households": "9" * 400}, (2, "户数", "territory.row_too_large")),
        ({"households": "二十四"}, (2, "户数", "territory.row_not_a_number")),
        ({"households": "24.5"}, (2, "户数", "territory.row_not_a_number")),
        ({"households": "1e3"}, (2, "户数", "territory.row_not_a_number")),
        ({"code": ""}, (2, "单元编号", "territory.row_value_missing")),
        ({"code": "1\x00"}, (2, "单元编号", "territory.row_control_character")),
        ({"compound": "苑\x07"}, (2, "小区", "territory.row_control_character")),
        ({"compound": "苑" * 10_000}, (2, "小区", "territory.row_text_too_long")),
        ({"code": "370683001013000001"}, (2, "单元编号", "territory.row_code_elsewhere")),
        ({"community": ""}, (2, "社区编码", "territory.row_value_missing")),
        ({"community": "370683001099"}, (2, "社区编码", "territory.row_community_unknown")),
        ({"lon": "", "lat": ""}, (2, "经度", "territory.row_place_missing")),
        ({"lon": "east"}, (2, "经度", "territory.row_place_unreadable")),
        ({"lon": "nan"}, (2, "经度", "territory.row_place_unreadable")),
        ({"lon": "37.18", "lat": "119.94"}, (2, "纬度", "territory.row_axes_swapped")),
    ],
)
def test_a_bad_cell_is_named_with_its_row_its_column_and_its_reason(
    cells: dict[str, str], error: tuple[int, str, str]
) -> None:
    survey = survey_of([row(0, **cells), row(1), row(2)], known_communities=KNOWN)

    assert reasons(survey) == [error]
    assert survey.rows.code == ["0001", "0002"]
    assert len(survey.errors[0].value) <= 60
    assert "\0" not in survey.errors[0].value
    what, advice = REASONS[error[2]]
    facts = {name: str(value) for name, value in survey.errors[0].facts.items()}
    assert str(what).format(**facts)
    assert str(advice).format(**facts)


def test_all_that_is_wrong_in_a_row_is_told_at_once() -> None:
    survey = survey_of([row(0, households="-1", community="", lon="x"), row(1)])

    assert {code for _row, _column, code in reasons(survey)} == {
        "territory.row_negative",
        "territory.row_value_missing",
        "territory.row_place_unreadable",
    }


def test_the_second_unit_of_a_code_is_refused_and_points_at_the_first() -> None:
    survey = survey_of([row(0), row(1), row(0, lon="119.99")])

    assert reasons(survey) == [(4, "单元编号", "territory.row_code_twice")]
    assert survey.errors[0].facts == {"first": 2}


def test_digits_a_spreadsheet_lost_are_not_taken_for_a_code() -> None:
    table = Table(HEADER, [row(0), row(1)], [2, 3], kind="xlsx", rounded=frozenset({(1, 0)}))

    survey = read_survey(table, datum=Datum.CGCS2000)

    assert reasons(survey) == [(3, "单元编号", "territory.row_digits_lost")]


def test_a_row_with_a_stray_comma_is_refused() -> None:
    table = Table(HEADER, [row(0), row(1)], [2, 3], kind="csv", too_wide=frozenset({0}))

    survey = read_survey(table, datum=Datum.CGCS2000)

    assert reasons(survey) == [(2, "单元编号", "territory.row_too_wide")]


def test_numbers_and_names_as_people_type_them_are_taken() -> None:
    survey = survey_of(
        [row(0, households="２４"), row(1, households=" 1,024 "), row(2, compound="幸福🏡苑")]
    )

    assert survey.errors == []
    assert survey.rows.households.tolist() == [24, 1024, 24]
    assert survey.rows.compound[2] == "幸福🏡苑"


def test_a_community_may_be_called_by_its_name() -> None:
    survey = survey_of(
        [row(0, community="云峰社区"), row(1, community="云锋社区")], known_communities=KNOWN
    )

    assert survey.rows.community == [YUNFENG]
    assert survey.errors[0].facts == {"near": ["云峰社区"]}


def test_rows_somebody_agreed_to_leave_out_are_not_checked() -> None:
    rows = [row(0), row(1, households="-1"), row(2)]

    survey = survey_of(rows, accept_without=[3])

    assert survey.errors == []
    assert survey.left_out == [3]
    assert survey.rows.code == ["0000", "0002"]
    assert survey.codes_left_out == {"0001"}


def test_places_without_a_datum_are_refused() -> None:
    with pytest.raises(DatumMissing):
        survey_of([row(0)], datum=None)


@pytest.mark.parametrize("truth", [Datum.GCJ02, Datum.BD09])
def test_places_are_brought_to_the_datum_of_the_store(truth: Datum) -> None:
    lon, lat = convert(119.942274, 37.177129, source=Datum.WGS84, target=truth)

    survey = survey_of([row(0, lon=f"{lon:.8f}", lat=f"{lat:.8f}")], datum=truth)

    assert (survey.rows.lon[0], survey.rows.lat[0]) == pytest.approx(
        (119.942274, 37.177129), abs=1e-6
    )


def test_units_drawn_on_a_web_map_but_declared_as_wgs84_are_found_out() -> None:
    lon, lat = np.linspace(119.936, 119.944, 40), np.linspace(37.17, 37.18, 40)
    city = (119.9358, 37.1698, 119.9442, 37.1802)
    moved = convert(lon, lat, source=Datum.WGS84, target=Datum.GCJ02)
    rows = [row(k, lon=str(a), lat=str(b)) for k, (a, b) in enumerate(zip(*moved, strict=True))]

    survey = survey_of(rows, datum=Datum.WGS84, city_outline=city)
    right = survey_of(rows, datum=Datum.GCJ02, city_outline=city)

    told = notices(survey)["territory.survey_datum_doubtful"]
    assert told.facts["likely"] == "gcj02"
    assert told.facts["likely_inside"] == 40
    assert told.facts["inside"] < 30
    assert survey.errors == []
    assert right.warnings == []


def test_a_wrong_datum_is_found_inside_the_city_by_the_communities_outlines() -> None:
    lon = np.linspace(119.936, 119.944, 40)
    moved = convert(lon, np.full(40, 37.18), source=Datum.WGS84, target=Datum.GCJ02)
    rows = [row(k, lon=str(a), lat=str(b)) for k, (a, b) in enumerate(zip(*moved, strict=True))]
    outline = shapely.to_wkb(shapely.box(119.9358, 37.178, 119.9442, 37.182))

    survey = survey_of(
        rows, datum=Datum.WGS84, city_outline=CITY, community_outlines={YUNFENG: outline}
    )

    assert notices(survey)["territory.survey_datum_doubtful"].facts["likely"] == "gcj02"


def test_units_outside_the_city_are_counted_and_listed() -> None:
    survey = survey_of([row(0), row(1), row(2, lon="121.5")], city_outline=CITY)

    told = notices(survey)["territory.survey_outside_city"]
    assert told.rows == [4]
    assert told.facts == {"count": 1, "units": 3}
    assert survey.errors == []


def test_a_unit_far_from_its_community_is_listed() -> None:
    survey = survey_of([row(k) for k in range(9)] + [row(9, lat="37.30")])

    assert notices(survey)["territory.survey_far_from_community"].rows == [11]


def test_communities_too_small_or_left_out_are_listed() -> None:
    survey = survey_of([row(k) for k in range(3)], known_communities=KNOWN, lower=200)

    told = notices(survey)
    assert told["territory.survey_community_small"].facts["communities"] == [YUNFENG]
    assert told["territory.survey_community_without_units"].facts["communities"] == [DINGHAI]


def test_units_nobody_lives_in_stay_and_are_listed() -> None:
    survey = survey_of([row(0), row(1, households="0")])

    assert len(survey.rows) == 2
    assert notices(survey)["territory.survey_without_households"].rows == [3]


def test_a_unit_without_neighbour_is_listed() -> None:
    survey = survey_of([row(k) for k in range(5)] + [row(5, lat="37.2")])

    assert notices(survey)["territory.survey_without_neighbour"].rows == [7]


def shaped(shapes: Sequence[shapely.Geometry | None], **said: list[str]) -> Table:
    columns = ["id", "community", "households", *said]
    rows = [
        [str(k), YUNFENG, "20", *(cells[k] for cells in said.values())] for k in range(len(shapes))
    ]
    wkb = [None if shape is None else shapely.to_wkb(shape) for shape in shapes]
    return Table(columns, rows, list(range(1, len(rows) + 1)), kind="geojson", geometry=wkb)


def square(east: float, north: float = 0.0, size: float = 0.001) -> shapely.Polygon:
    return shapely.box(119.94 + east, 37.18 + north, 119.94 + east + size, 37.18 + north + size)


BOW = shapely.Polygon([(119.95, 37.18), (119.951, 37.181), (119.951, 37.18), (119.95, 37.181)])


def test_an_outline_that_crosses_itself_is_refused_where_it_does() -> None:
    survey = read_survey(shaped([square(0), BOW]), datum=Datum.CGCS2000)

    assert reasons(survey) == [(2, "shape", "territory.row_shape_crosses_itself")]
    assert survey.errors[0].facts == {"lon": 119.9505, "lat": 37.1805}


def test_a_repair_somebody_accepted_is_made_and_told() -> None:
    survey = read_survey(shaped([square(0), BOW]), datum=Datum.CGCS2000, repair=True)

    assert survey.errors == []
    assert notices(survey)["territory.survey_repaired"].rows == [2]
    mended = shapely.from_wkb(survey.rows.shapes[1])
    assert shapely.is_valid(mended)
    assert mended.geom_type == "MultiPolygon"


def test_units_that_cover_one_another_are_refused_unless_they_share_a_building() -> None:
    pair = [square(0), square(0.0002)]

    apart = read_survey(shaped(pair), datum=Datum.CGCS2000)
    one = read_survey(shaped(pair, building=["1", "1"]), datum=Datum.CGCS2000)

    assert reasons(apart) == [(2, "shape", "territory.row_shape_overlaps")]
    assert apart.errors[0].facts == {"other": 1, "percent": 80}
    assert one.errors == []


def test_a_feature_without_shape_and_a_line_have_no_place() -> None:
    line = shapely.LineString([(119.94, 37.18), (119.95, 37.18)])

    survey = read_survey(shaped([square(0), None, line]), datum=Datum.CGCS2000)

    assert reasons(survey) == [
        (2, "shape", "territory.row_place_missing"),
        (3, "shape", "territory.row_shape_kind"),
    ]


def test_shapes_with_a_common_border_are_neighbours() -> None:
    survey = read_survey(shaped([square(0), square(0.001), square(0.002)]), datum=Datum.CGCS2000)

    assert survey.adjacency is not None
    assert survey.adjacency.edges.tolist() == [[0, 1], [1, 2]]
    assert survey.adjacency.length.tolist() == pytest.approx([111, 111], abs=1)


def test_a_shape_may_be_written_as_text() -> None:
    columns = ["id", "community", "households", "wkt"]
    good, bad = shapely.to_wkt(square(0)), "POLYGON((1 2"

    survey = survey_of([["1", YUNFENG, "20", good], ["2", YUNFENG, "20", bad]], columns)

    assert reasons(survey) == [(3, "wkt", "territory.row_shape_unreadable")]
    assert survey.rows.lon[0] == pytest.approx(119.9405, abs=1e-6)


def test_a_foreign_file_is_read_through_its_mapping() -> None:
    mapping = {
        "columns": {"code": "id", "community": "tract", "residents": "pop"},
        "people_per_household": 2.3,
        "datum": "WGS 84",
    }
    columns = ["id", "tract", "pop", "lat", "lon"]

    survey = survey_of(
        [["0007", "012", "59", "39.7", "-105"], ["0008", "012", "1", "39.7", "-105.001"]],
        columns,
        mapping=mapping,
        datum=None,
    )

    assert survey.rows.code == ["0007", "0008"]
    assert survey.rows.households.tolist() == [26, 1]
    assert survey.rows.residents.tolist() == [59, 1]
    assert survey.assumptions[0].facts == {"ratio": 2.3, "people": 60, "households": 27}


def test_households_are_never_invented_silently() -> None:
    with pytest.raises(ColumnsMissing) as refused:
        survey_of([["1", "012", "59"]], ["id", "community", "pop"])

    assert refused.value.facts["missing"] == ["households"]
    assert refused.value.facts["people_column"] == "pop"


def test_wrong_columns_are_refused_with_what_would_be_right() -> None:
    with pytest.raises(ColumnsMissing) as refused:
        survey_of([["1", "2"]], ["name", "number"])

    assert refused.value.facts["missing"] == ["code", "community", "households"]
    assert refused.value.facts["found"] == ["name", "number"]
    assert "户数" in refused.value.facts["accepted"]["households"]


def test_a_mapped_column_that_is_not_there_is_named_with_its_like() -> None:
    with pytest.raises(ColumnsMissing) as refused:
        survey_of([row(0)], mapping={"columns": {"households": "户数（户）"}})

    assert refused.value.facts["wanted"] == "户数（户）"
    assert "户数" in refused.value.facts["near"]


def test_two_columns_of_one_name_are_not_guessed_between() -> None:
    with pytest.raises(ColumnTwice):
        survey_of([["1", YUNFENG, "3", "4"]], ["id", "社区编码", "户数", "户数"])


def test_a_header_without_units_is_an_empty_survey() -> None:
    with pytest.raises(SurveyEmpty):
        survey_of([])


@pytest.mark.parametrize(
    "mapping",
    [
        {"columns": {"househoulds": "x"}},
        {"colums": {}},
        {"columns": ["id"]},
        {"people_per_household": "many"},
        {"people_per_household": 0},
        {"edges": {"from": "a"}},
    ],
)
def test_a_mapping_with_a_slip_is_refused(mapping: dict[str, object]) -> None:
    with pytest.raises(MappingInvalid):
        SurveyMapping.of(mapping)


@pytest.mark.parametrize("name", ["denver-blocks.yaml", "singapore-hdb.yaml"])
def test_the_example_mappings_are_sound(name: str) -> None:
    mapping = SurveyMapping.read(Path(__file__).parents[2] / "examples" / name)

    assert mapping.datum is Datum.WGS84
    assert set(mapping.columns) <= set(NAMES)
    assert isinstance(mapping.edges, EdgeColumns)


def test_a_mapping_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("columns: [")

    with pytest.raises(MappingInvalid):
        SurveyMapping.read(tmp_path / "m.yaml")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_template_is_an_empty_survey_until_it_is_filled_in(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"template.{kind}"
    file.write_bytes(survey_template("zh-hans", kind=kind))

    table = read_table(file)

    assert table.columns == [header(key, "zh-hans") for key in COLUMNS]
    with pytest.raises(SurveyEmpty):
        read_survey(table, datum=Datum.CGCS2000)


def test_the_template_explains_every_column(tmp_path: Path) -> None:
    with override("en"):
        (tmp_path / "t.xlsx").write_bytes(survey_template("en"))

    sheet = read_table(tmp_path / "t.xlsx", part="How to fill it in")

    assert [cells[0] for cells in sheet.rows][: len(COLUMNS)] == [
        header(key, "en") for key in COLUMNS
    ]
    assert all(cells[2] for cells in sheet.rows[: len(COLUMNS)])


def test_a_survey_comes_through_a_spreadsheet_whole(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "survey.xlsx", HEADER, [row(k) for k in range(3)])

    survey = read_survey(read_table(tmp_path / "survey.xlsx"), datum=Datum.CGCS2000)

    assert survey.errors == []
    assert survey.rows.code == ["0000", "0001", "0002"]


def test_every_reason_can_be_said() -> None:
    table = replace(shaped([square(0), BOW, None]), too_wide=frozenset({2}))

    survey = read_survey(table, datum=Datum.CGCS2000)

    assert {error.code for error in survey.errors} <= set(REASONS)
    assert all(str(what) and str(advice) for what, advice in REASONS.values())
