"""Files that go wrong: each says where, why and what would help, and stores nothing."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from tests import city as small
from tests.city import CODE, SOUTH, WENCHANG, WEST, YONGAN, City, square
from tests.territory.planning import NOON
from tests.territory.survey_files import HEADINGS, as_csv, brought, changed, rows_of
from yige.edge.told import sentence_told
from yige.kernel.places import Datum, convert
from yige.territory import net
from yige.territory.findings import in_words
from yige.territory.models import Border, Division, Survey, Unit

NUMBER, COMMUNITY, COMPOUND, HOUSEHOLDS, OUTLINE = 0, 1, 2, 5, 7


@pytest.fixture(autouse=True)
def divided(db: None) -> City:
    """The small city with its outline and no unit."""
    city = small.build(with_grids=False)
    Border.objects.all().delete()
    Unit.objects.all().delete()
    whole = square(WEST, SOUTH, columns=24, rows=5)
    Division.objects.filter(code=CODE).update(outline=whole)
    net.bump(at=NOON)
    return city


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def report(survey: Survey) -> dict[str, Any]:
    assert not Unit.objects.exists()
    return dict(json.loads(survey.report))


def notices(survey: Survey) -> list[str]:
    return [" ".join(in_words(n["code"], n["facts"])) for n in report(survey)["warnings"]]


def refusal(content: bytes) -> str:
    survey = brought(content)
    said = report(survey)["refusal"]
    assert survey.state == Survey.REFUSED
    return sentence_told(said["code"], said["facts"])


def sheet_of_nothing() -> bytes:
    """Pack a spreadsheet that is 60 MB when it is opened."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(60):
                sheet.write(b"<row><c><v>1</v></c></row>" * 40_000)
    return out.getvalue()


def on_a_web_map(line: list[Any]) -> list[Any]:
    ring = json.loads(line[OUTLINE])["coordinates"][0]
    moved = [
        [float(part) for part in convert(lon, lat, source=Datum.WGS84, target=Datum.GCJ02)]
        for lon, lat in ring
    ]
    return changed(line, {OUTLINE: json.dumps({"type": "Polygon", "coordinates": [moved]})})


def crossed(outline: str) -> str:
    ring = json.loads(outline)["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的。"),
        (as_csv([]), "文件只有表头，没有单元。"),
        (as_csv([["1", "2"]], headings=["甲", "乙"]), "单元编号、社区编码、户数"),
        (as_csv([["1", "2"]], headings=["甲", "乙"]), "文件中有：甲、乙。请改列名"),
        (sheet_of_nothing(), "解压后变大的倍数最多为 100"),
        (b"%PDF-1.4", "请另存为以下格式之一"),
    ],
)
def test_a_file_that_is_no_survey_says_why_and_what_would_help(content: bytes, said: str) -> None:
    assert said in refusal(content)


@pytest.mark.parametrize(
    ("cells", "problem", "way_out"),
    [
        ({HOUSEHOLDS: -5}, "不能小于零", "更正"),
        ({HOUSEHOLDS: 10**9}, "最多接受 20000", "拆开"),
        ({HOUSEHOLDS: ""}, "单元格为空", "请填写"),
        ({NUMBER: f"{WENCHANG}-0"}, "第 2 行已使用同一编号", "各设编号"),
        ({COMMUNITY: "文昌社"}, "没有这个代码或名称的社区", "文昌社区"),
        ({COMMUNITY: "370683009009"}, "没有这个代码或名称的社区", "先录入该社区"),
        ({COMPOUND: "花园\0"}, "看不见的控制字符", "重新输入"),
        ({COMPOUND: "长" * 10_000}, "有 10000 个字符，最多可存 120 个", "请缩短"),
        ({OUTLINE: crossed(rows_of(WENCHANG)[1][OUTLINE])}, "自相交", "勾选“修复自相交的边界”"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(
    cells: dict[int, Any], problem: str, way_out: str
) -> None:
    lines = rows_of(WENCHANG)
    lines[1] = changed(lines[1], cells)

    found = report(brought(as_csv(lines)))

    error = found["errors"][0]
    what, advice = in_words(error["code"], error["facts"])
    assert (found["error_count"], error["row"]) == (1, 3)
    assert error["column"] == HEADINGS[next(iter(cells))]
    assert problem in what
    assert way_out in advice


def test_an_emoji_is_as_good_as_any_letter() -> None:
    lines = rows_of(WENCHANG)
    lines[1] = changed(lines[1], {COMPOUND: "🏠🏠"})

    assert report(brought(as_csv(lines)))["error_count"] == 0


def test_places_of_a_web_map_said_to_be_wgs_84_are_doubted() -> None:
    lines = [on_a_web_map(line) for line in rows_of(WENCHANG) + rows_of(YONGAN)]

    said = notices(brought(as_csv(lines), datum="wgs84"))

    assert said[0].startswith("按 WGS 84 读取，48 个单元中有 0 个位于所属范围内")
    assert "这份数据很可能采用 GCJ-02" in said[0]


def test_a_unit_without_neighbour_is_shown_with_its_row() -> None:
    lines = rows_of(WENCHANG)
    lines[3] = changed(lines[3], {OUTLINE: square(WEST + 0.2, SOUTH + 0.2)})

    survey = brought(as_csv(lines))

    alone = [n for n in report(survey)["warnings"]
             if n["code"] == "territory.survey_without_neighbour"]  # fmt: skip
    assert [n["rows"] for n in alone] == [[5]]


def test_a_community_smaller_than_one_grid_is_named() -> None:
    said = notices(brought(as_csv(rows_of(WENCHANG, number=6))))

    assert any("1 个社区的户数不足一个网格：文昌社区" in each for each in said)


def test_a_community_is_small_only_with_all_its_units(divided: City) -> None:
    small_part = rows_of(WENCHANG, number=6)
    Unit.objects.create(
        code=divided.unit(WENCHANG, 23), community_code=WENCHANG, households=400,
        valid_from=divided.at,
    )  # fmt: skip
    net.bump(at=NOON)

    found = json.loads(brought(as_csv(small_part)).report)

    codes = {each["code"] for each in found["warnings"]}
    assert "territory.survey_community_small" not in codes
