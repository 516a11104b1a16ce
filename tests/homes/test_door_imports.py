import io

import pytest
from django.utils.translation import override

from tests.city import WENCHANG, City
from tests.homes.papers import do, listed
from tests.territory.planning import NOON
from yige.base import files
from yige.base.tables.write import csv_text, write_xlsx
from yige.homes.door_imports import doors_in
from yige.homes.door_reasons import REASONS, in_words
from yige.homes.door_template import door_template
from yige.homes.errors import DoorColumnsMissing, DoorRowsWrong, NoDoorInFile
from yige.homes.models import Door, Stairwell

HEADINGS = ["单元编码", "门牌号", "楼层", "状态"]


def kept(lines: list[list[str]], headings: list[str] = HEADINGS, *, kind: str = "csv") -> str:
    out = io.BytesIO(csv_text(headings, lines).encode("utf-8-sig"))
    if kind == "xlsx":
        out = io.BytesIO()
        write_xlsx(out, headings, lines)
    return files.keep(
        [out.getvalue()], name=f"门户.{kind}", kind="doors", most=10**6, at=NOON
    ).digest  # fmt: skip


def doors_of(unit: str) -> dict[str, tuple[int, str]]:
    there = Door.objects.filter(stairwell__unit__code=unit)
    return {number: (floor, state) for number, floor, state in there.values_list(
        "number", "floor", "state")}  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_doors_come_from_a_file_with_their_state(city: City, kind: str) -> None:
    unit = city.unit(WENCHANG, 0)
    file = kept(
        [[unit, "302", "", "出租"], [unit, "1104", "11层", "空置"], [unit, "东户", "-1", ""]],
        kind=kind,
    )

    done = do("homes.import_doors", area=WENCHANG, file=file)

    assert done.result == {"units": 1, "doors": 3, "left_out": 0}
    assert doors_of(unit) == {"302": (3, "let"), "1104": (11, "empty"), "东户": (-1, "occupied")}
    assert Stairwell.objects.get().source == "imported"


def test_a_unit_is_known_by_its_address_as_well(city: City) -> None:
    file = kept([["文昌花园1号楼1单元", "101室", "", ""]])

    done = do("homes.import_doors", area=WENCHANG, file=file)

    assert done.result["doors"] == 1
    assert "101" in doors_of(city.unit(WENCHANG, 0))


def test_a_file_without_states_leaves_them_as_they_are(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    listed()
    do("homes.set_doors", unit=unit, numbers=["302"], state="let")

    do("homes.import_doors", area=WENCHANG, file=kept([[unit, "302", "", ""]]))

    assert doors_of(unit) == {"302": (3, "let")}


def test_every_wrong_row_is_told_and_nothing_is_stored(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    lines = [
        [unit, "101", "", ""], [unit, "101", "", ""], ["370683001001999999", "1", "", ""],
        [unit, "", "", ""], [unit, "102", "半层", ""], [unit, "103", "", "群租"],
        ["", "104", "", ""], [unit, "张三家三楼东边那一户人家", "", ""],
    ]  # fmt: skip
    file = kept(lines)

    with pytest.raises(DoorRowsWrong) as refusal:
        do("homes.import_doors", area=WENCHANG, file=file)

    found = [(e.row, e.column, e.value, e.code) for e in doors_in(file, WENCHANG).errors]
    assert found == [
        (3, "门牌号", "101", "homes.row_number_twice"),
        (4, "单元编码", "370683001001999999", "homes.row_unit_unknown"),
        (5, "门牌号", "", "homes.row_number_missing"),
        (6, "楼层", "半层", "homes.row_floor_odd"),
        (7, "状态", "群租", "homes.row_state_unknown"),
        (8, "单元编码", "", "homes.row_unit_missing"),
        (9, "门牌号", "张三家三楼东边那一户人家", "homes.row_number_odd"),
    ]
    assert refusal.value.facts["count"] == 7
    assert not Door.objects.filter(stairwell__unit__code=unit).exists()


def test_a_number_too_long_to_be_one_is_told(city: City) -> None:
    found = doors_in(
        kept([[city.unit(WENCHANG, 0), "张三家三楼东边那户人家的门", "", ""]]), WENCHANG
    )

    assert [error.code for error in found.errors] == ["homes.row_number_too_long"]


def test_wrong_rows_stay_out_where_that_was_accepted(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    file = kept([[unit, "101", "", ""], [unit, "", "", ""]])

    done = do("homes.import_doors", area=WENCHANG, file=file, without_listed=True)

    assert done.result == {"units": 1, "doors": 1, "left_out": 1}


def test_no_column_of_names_is_read_or_kept(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    file = kept([[unit, "101", "王秀英", "13512345678"]], ["单元编码", "门牌号", "户主", "电话"])

    do("homes.import_doors", area=WENCHANG, file=file)

    assert doors_in(file, WENCHANG).passed_over == ["户主", "电话"]
    kept_texts = [v for row in Door.objects.values() for v in row.values()]
    assert not any("王秀英" in str(text) or "135" in str(text) for text in kept_texts)


def test_a_file_that_is_no_list_of_doors_says_what_it_lacks(city: City) -> None:
    with pytest.raises(DoorColumnsMissing) as refusal:
        do("homes.import_doors", area=WENCHANG, file=kept([["x", "1"]], ["楼", "号"]))
    with pytest.raises(NoDoorInFile):
        do("homes.import_doors", area=WENCHANG, file=kept([["x", "1", "", ""]]),
           without_listed=True)  # fmt: skip

    assert refusal.value.facts["missing"] == ["unit", "number"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_read_as_it_stands(city: City, language: str) -> None:
    for kind in ("csv", "xlsx"):
        content = door_template(language, kind=kind)
        file = files.keep([content], name=f"x.{kind}", kind="doors", most=10**6, at=NOON)

        found = doors_in(file.digest, WENCHANG)

        assert (found.rows, found.errors, found.passed_over) == (0, [], [])


def test_every_reason_has_its_words_in_both_languages() -> None:
    facts = {"area": "文昌社区", "most": 1, "length": 2, "first": 3, "sign": 4}
    for language in ("en", "zh-hans"):
        with override(language):
            said = {code: in_words(code, facts) for code in REASONS}

        assert all(what and advice for what, advice in said.values())
        assert not any("{" in what + advice for what, advice in said.values())
