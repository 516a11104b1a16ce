"""Files of a campaign: every row that cannot be right is named, and the rest is taken over."""

from collections.abc import Iterable
from json import loads
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.city import WENCHANG, City
from tests.surveying.counting import (
    VINTAGE,
    checked,
    do,
    frozen,
    handed_in,
    lines_of,
    opened,
    sheets_of,
)
from tests.territory.planning import NOON
from tests.territory.survey_files import as_csv, work
from yige.base import files
from yige.base.tables.shape import Table
from yige.surveying.errors import UploadState
from yige.surveying.findings import in_words
from yige.surveying.models import Campaign, Sheet, Upload
from yige.surveying.upload_rows import Rows, day_of
from yige.territory.models import Unit

FILLED = ("基准日", "表号", "单元编号", "单元", "户数", "人口数", "自住", "空置", "出租")
BY_DOOR = ("基准日", "表号", "单元编号", "门号", "房屋状态", "户数", "人口数")
DAY = VINTAGE.isoformat()


def brought(
    campaign: Campaign, rows: Iterable[list[Any]], *, headings: Iterable[str] = FILLED,
    kind: str = "filled", **more: Any,
) -> Upload:  # fmt: skip
    """Bring a file in and let the worker read it."""
    content = as_csv(list(rows), headings=headings)
    kept = files.keep([content], name="回收.csv", kind="survey", most=10**7, at=NOON)
    made = do("bring_file", campaign=campaign.id, kind=kind, file=kept.digest, **more)
    work()
    return Upload.objects.get(id=made.id)


def accepted(upload: Upload) -> Upload:
    """Accept a file and let the worker take it over."""
    do("accept_file", upload=upload.id)
    work()
    return Upload.objects.get(id=upload.id)


def errors(upload: Upload) -> list[tuple[int, str]]:
    """List the wrong rows, in the order they are shown."""
    return [(e["row"], e["code"].partition(".")[2]) for e in loads(upload.report)["errors"]]


def rows_of(sheet: Sheet, households: int = 20, **changed: Any) -> list[list[Any]]:
    """Write a row for each unit of a sheet."""
    return [
        [DAY, sheet.number, line.unit_code, line.name, households, 50, households, 1, 0]
        for line in lines_of(sheet)
    ]


def test_filled_sheets_are_handed_in_whole(city: City) -> None:
    campaign = opened()
    first, second, *_ = sheets_of(campaign)

    upload = accepted(brought(campaign, rows_of(first, 21) + rows_of(second, 19)))

    assert upload.state == Upload.STORED
    found = Sheet.objects.filter(state=Sheet.DONE).order_by("number")
    assert [(s.number, s.households, s.doors) for s in found] == [(1, 84, 88), (2, 76, 80)]
    assert all(s.counted_by is None for s in found)


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (0, "2025-06-01", "row_vintage_wrong"),
        (0, "", "row_vintage_missing"),
        (0, "六月", "row_vintage_missing"),
        (2, "370683001001999999", "row_unit_unknown"),
        (1, "77", "row_sheet_differs"),
        (4, "很多", "row_not_a_number"),
        (4, "-3", "row_negative"),
        (4, "", "row_value_missing"),
        (4, "99999999", "row_too_large"),
        (5, "1.5", "row_not_a_number"),
    ],
)
def test_a_row_that_cannot_be_right_keeps_its_sheet_out_and_no_other(
    city: City, place: int, value: str, code: str
) -> None:
    campaign = opened()
    first, second, *_ = sheets_of(campaign)
    wrong, fine = rows_of(first), rows_of(second)
    wrong[2][place] = value

    upload = accepted(brought(campaign, wrong + fine))

    assert errors(upload)[0] == (4, code)
    assert list(Sheet.objects.filter(state=Sheet.DONE)) == [second]


def test_another_day_and_unknown_codes_are_told_before_all_else(city: City) -> None:
    campaign = opened()
    rows = rows_of(sheets_of(campaign)[0])
    rows[0][4] = "x"
    rows[2][2] = "1"
    rows[3][0] = "2020-01-01"

    upload = brought(campaign, rows)

    assert errors(upload)[:2] == [(4, "row_unit_unknown"), (5, "row_vintage_wrong")]


def test_every_error_has_words_and_advice(city: City) -> None:
    campaign = opened()
    rows = rows_of(sheets_of(campaign)[0])
    rows[0][0], rows[1][2], rows[2][4] = "", "1", "x"

    report = loads(brought(campaign, rows).report)

    for error in report["errors"]:
        what, advice = in_words(error["code"], error["facts"])
        assert what
        assert advice
        assert "{" not in what + advice


def test_a_sheet_with_a_unit_left_out_is_not_taken(city: City) -> None:
    campaign = opened()
    sheet = sheets_of(campaign)[0]

    upload = brought(campaign, rows_of(sheet)[:3])

    report = loads(upload.report)
    assert errors(upload) == [(2, "row_sheet_incomplete")]
    assert report["errors"][0]["facts"] == {"number": 1, "missing": ["4单元"], "count": 1}
    assert report["sheets"] == 0


def test_a_unit_that_comes_twice_is_told_with_the_row_before(city: City) -> None:
    campaign = opened()
    rows = rows_of(sheets_of(campaign)[0])

    upload = brought(campaign, [*rows, rows[1]])

    assert errors(upload) == [(6, "row_unit_twice")]
    assert loads(upload.report)["errors"][0]["facts"] == {"first": 3}


def test_doors_are_added_up_and_a_doubled_one_counts_once(city: City) -> None:
    campaign = opened()
    sheet = sheets_of(campaign)[0]
    rows = []
    for line in lines_of(sheet):
        for door, use, homes in (("101", "自住", 1), ("102", "出租", 2), ("201", "空置", 0),
                                 ("101", "自住", 1)):  # fmt: skip
            rows.append([DAY, sheet.number, line.unit_code, door, use, homes, homes * 2])

    accepted(brought(campaign, rows, headings=BY_DOOR))

    sheet.refresh_from_db()
    assert (sheet.households, sheet.residents, sheet.doors) == (12, 24, 12)
    doubled = [f for f in loads(sheet.findings) if f["code"] == "surveying.door_doubled"]
    assert [(f["line"], f["by"], f["facts"]["door"]) for f in doubled] == [
        (n, 1, "101") for n in (1, 2, 3, 4)
    ]


def test_a_unit_found_is_named_by_its_stairwell(city: City) -> None:
    campaign = opened()
    sheet = sheets_of(campaign)[0]
    new = [DAY, sheet.number, "", "地下室", 3, 4, 3, 0, 0]

    accepted(brought(campaign, [*rows_of(sheet), new]))

    assert [(line.name, line.is_found) for line in lines_of(sheet)][-1] == ("地下室", True)


def test_a_checked_sheet_is_not_counted_again_by_a_file(city: City) -> None:
    campaign = opened()
    sheet = checked(sheets_of(campaign)[0])

    upload = brought(campaign, rows_of(sheet, 1))

    assert {code for _, code in errors(upload)} == {"row_sheet_checked"}


def test_what_was_checked_after_the_file_was_read_stays(city: City) -> None:
    campaign = opened()
    first, second, *_ = sheets_of(campaign)
    upload = brought(campaign, rows_of(first, 1) + rows_of(second, 1))

    checked(first)
    accepted(upload)

    assert Sheet.objects.get(id=first.id).state == Sheet.CHECKED
    assert Sheet.objects.get(id=first.id).households == 80
    assert Sheet.objects.get(id=second.id).households == 4


def test_a_firms_sums_are_held_against_what_was_counted_before_and_after(city: City) -> None:
    campaign = opened()
    first, second, *_ = sheets_of(campaign)
    handed_in(first)
    rows = [["文昌社区", s.compound, s.building, 85] for s in (first, second)]

    accepted(brought(campaign, rows, headings=("社区", "小区", "楼栋", "户数"), kind="firm"))
    handed_in(second)

    for sheet in Sheet.objects.filter(id__in=[first.id, second.id]):
        assert [(f["code"], f["by"]) for f in loads(sheet.findings)] == [
            ("surveying.firm_differs", -5)
        ]


def test_a_firms_building_that_nobody_knows_or_that_comes_twice_is_told(city: City) -> None:
    campaign = opened()
    sheet = sheets_of(campaign)[0]
    rows = [
        ["文昌社区", sheet.compound, sheet.building, 85],
        ["文昌社区", sheet.compound, sheet.building, 86],
        ["文昌社区", "无此小区", "1号楼", 9],
        ["东关社区", "东关小区", "1号楼", 9],
    ]

    upload = brought(campaign, rows, headings=("社区", "小区", "楼栋", "户数"), kind="firm")

    assert errors(upload) == [(4, "row_building_unknown"), (5, "row_community_unknown"),
                              (3, "row_building_twice")]  # fmt: skip


BUILDINGS = ("社区", "小区", "楼栋", "单元", "层数", "户门数", "经度", "纬度")
VILLAGE_CODE = "370683101201"


def test_an_area_without_buildings_is_counted_from_a_list_and_gets_its_units(city: City) -> None:
    campaign = opened("370683101")
    rows = [["河西村", "河西新村", f"{b}号楼", f"{u}单元", 6, 12, 119.95 + b / 1000, 37.281]
            for b in (1, 2) for u in (1, 2, 3)]  # fmt: skip

    accepted(brought(campaign, rows, headings=BUILDINGS, kind="buildings", datum="wgs84"))
    for sheet in sheets_of(campaign):
        checked(sheet, 10, 11, 12)
    frozen(campaign)

    units = Unit.objects.filter(community_code=VILLAGE_CODE).order_by("code")
    assert [u.code for u in units] == [f"{VILLAGE_CODE}{n:06d}" for n in range(1, 7)]
    assert sorted(u.households for u in units) == [10, 10, 11, 11, 12, 12]
    assert {u.building.name for u in units if u.building} == {"1号楼", "2号楼"}
    assert all(u.lon and 119.95 < u.lon < 119.96 for u in units)


def test_a_list_of_buildings_without_datum_cannot_be_read(city: City) -> None:
    campaign = opened("370683101")
    rows = [["河西村", "河西新村", "1号楼", "1单元", 6, 12, 119.95, 37.281]]

    upload = brought(campaign, rows, headings=BUILDINGS, kind="buildings")

    assert upload.state == Upload.REFUSED
    assert loads(upload.report)["refusal"]["code"] == "kernel.datum_missing"


def test_bad_rows_of_a_list_of_buildings_are_named(city: City) -> None:
    campaign = opened(WENCHANG)
    known = sheets_of(campaign)[0]
    good = ["文昌社区", "新苑", "1号楼", "1单元", 6, 12, 119.95, 37.18]
    rows = [
        good,
        [*good[:3], "2单元", 6, 12, "东经", 37.18],
        good,
        ["文昌社区", known.compound, known.building, "9单元", 6, 12, 119.95, 37.18],
        ["文昌社区", "", "", "1单元", 6, 12, 119.95, 37.18],
        ["无此社区", "新苑", "1号楼", "3单元", 6, 12, 119.95, 37.18],
    ]

    upload = brought(campaign, rows, headings=BUILDINGS, kind="buildings", datum="wgs84")

    assert errors(upload) == [
        (7, "row_community_unknown"), (3, "row_place_unreadable"), (4, "row_unit_twice"),
        (5, "row_building_known"), (6, "row_value_missing"),
    ]  # fmt: skip
    assert loads(upload.report)["sheets"] == 1


def test_a_file_without_its_columns_says_which(city: City) -> None:
    upload = brought(opened(), [["x"]], headings=("什么",))

    assert upload.state == Upload.REFUSED
    assert loads(upload.report)["refusal"]["code"] == "surveying.columns_missing"


def test_a_file_laid_aside_changes_nothing(city: City) -> None:
    campaign = opened()
    upload = brought(campaign, rows_of(sheets_of(campaign)[0]))

    do("drop_file", upload=upload.id)

    with pytest.raises(UploadState):
        do("accept_file", upload=upload.id)
    assert not Sheet.objects.exclude(state=Sheet.NEW).exists()


@pytest.mark.parametrize(
    "text", ["2026-06-01", "2026/6/1", "2026年6月1日", "2026.06.01", "2026-06-01 00:00:00",
             "2026-06-01T00:00:00"],
)  # fmt: skip
def test_a_day_is_read_as_people_and_spreadsheets_write_it(text: str) -> None:
    assert day_of(text) == VINTAGE


@given(st.lists(st.lists(st.text(max_size=12), min_size=9, max_size=9), min_size=1, max_size=6))
def test_no_cell_whatever_is_in_it_stops_the_reading(cells: list[list[str]]) -> None:
    table = Table(columns=list(FILLED), rows=cells, numbers=list(range(2, len(cells) + 2)),
                  kind="csv")  # fmt: skip
    rows = Rows(table, "filled")

    for place in range(len(rows)):
        day_of(rows.cell(place, "vintage"))
        assert len(rows.text(place, "code")) <= 60
        assert 0 <= rows.count(place, "households", is_required=True) <= 20_000
