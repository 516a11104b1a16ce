import csv
import io
import zipfile
from pathlib import Path

import pytest
import python_calamine
import shapely
from hypothesis import given
from hypothesis import strategies as st

from yige.base.tables.errors import CrsNotTaken
from yige.base.tables.guard import guarded, unguarded
from yige.base.tables.layers_out import write_geojson, write_gpkg, write_shapefile
from yige.base.tables.ods import write_ods
from yige.base.tables.read import read_table
from yige.base.tables.write import write_csv, write_xlsx

DANGEROUS = ["=1+1", "+86 138", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=already", "-cmd|x"]
COLUMNS = ["编号", "=note"]


@given(st.text())
def test_what_is_guarded_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_never_stands_first_in_a_cell(text: str) -> None:
    assert guarded(text).startswith("'")


@pytest.mark.parametrize("text", ["-105.03", "文昌路", "1=1", "'quoted'", ""])
def test_harmless_text_goes_out_untouched(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "ods"])
def test_a_table_comes_back_from_the_spreadsheet_as_it_went(tmp_path: Path, suffix: str) -> None:
    rows: list[list[str | int | float | None]] = [
        [f"{place:04d}", text] for place, text in enumerate(DANGEROUS)
    ]
    file = tmp_path / f"plan.{suffix}"

    write = {"csv": write_csv, "xlsx": write_xlsx, "ods": write_ods}[suffix]
    write(file, COLUMNS, [*rows, ["9999", None], ["10000", 2.5]])

    table = read_table(file)
    assert table.columns == COLUMNS
    assert table.rows == [*rows, ["9999", ""], ["10000", "2.5"]]


def test_no_cell_of_a_written_file_begins_like_a_formula(tmp_path: Path) -> None:
    rows = [[text, text] for text in DANGEROUS]
    write_csv(tmp_path / "plan.csv", ["=name", "b"], rows)
    write_xlsx(tmp_path / "plan.xlsx", ["=name", "b"], rows)

    text = (tmp_path / "plan.csv").read_text("utf-8-sig")
    in_csv = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    book = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "plan.xlsx"))
    in_sheet = [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]

    assert all(cell[0] not in "=+-@\t\r＝" for cell in in_csv + in_sheet)
    assert len(in_csv) == len(in_sheet) == 20


SQUARE = shapely.box(119.9, 37.1, 119.95, 37.15)
PAIR = shapely.MultiPolygon([SQUARE, shapely.box(120, 37, 120.01, 37.01)])
SHAPES = [shapely.to_wkb(SQUARE), shapely.to_wkb(PAIR), None]
ROWS: list[list[str | int | float | None]] = [
    ["370683001012001", "云峰一格", 312],
    ["370683001012002", "云峰二格", 287],
    ["370683001012003", "=格", 0],
]
GRID_COLUMNS = ["code", "name", "households"]


@pytest.mark.parametrize(
    ("write", "name", "options"),
    [
        (write_geojson, "plan.geojson", {}),
        (write_gpkg, "plan.gpkg", {"layer": "grids"}),
        (write_shapefile, "plan.zip", {"layer": "grids"}),
    ],
)
def test_a_plan_goes_out_to_a_map_and_comes_back(tmp_path: Path, write, name, options) -> None:
    write(tmp_path / name, GRID_COLUMNS, ROWS, SHAPES, **options)

    table = read_table(tmp_path / name)

    assert [column[:10] for column in GRID_COLUMNS] == table.columns
    assert table.rows == [[str(cell) for cell in row] for row in ROWS]
    assert table.geometry is not None
    back = shapely.from_wkb(table.geometry)
    assert back[0].equals_exact(SQUARE, 1e-6, normalize=True) or back[0].equals(SQUARE)
    assert back[1].equals(PAIR)
    assert back[2] is None


def test_a_chinese_shapefile_without_a_code_page_is_still_read(tmp_path: Path) -> None:
    write_shapefile(
        tmp_path / "utf.zip", ["编号", "名称"], [["01", "云峰"]], SHAPES[:1], layer="a"
    )
    old = tmp_path / "old.zip"
    with zipfile.ZipFile(tmp_path / "utf.zip") as archive, zipfile.ZipFile(old, "w") as out:
        for member in archive.namelist():
            content = archive.read(member)
            if member.endswith(".cpg"):
                continue
            if member.endswith(".dbf"):
                for text in ("编号", "名称", "云峰"):
                    utf, gbk = text.encode(), text.encode("gb18030")
                    pad = b" " if text == "云峰" else b"\0"
                    content = content.replace(utf, gbk + pad * (len(utf) - len(gbk)))
            out.writestr(member.upper(), content)

    table = read_table(old)

    assert table.columns == ["编号", "名称"]
    assert table.rows == [["01", "云峰"]]
    assert table.encoding == "gb18030"


def test_metres_with_a_stated_reference_system_become_degrees(tmp_path: Path) -> None:
    import pyproj

    metres = pyproj.Transformer.from_crs(4490, 4549, always_xy=True)
    x, y = metres.transform(119.942274, 37.177129)
    file = tmp_path / "units.geojson"
    file.write_text(
        '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4549"}},'
        '"features":[{"type":"Feature","properties":{"id":"1"},'
        f'"geometry":{{"type":"Point","coordinates":[{x},{y}]}}}}]}}'
    )

    table = read_table(file)

    assert table.crs == "EPSG:4549"
    assert table.geometry is not None
    point = shapely.from_wkb(table.geometry[0])
    assert (point.x, point.y) == pytest.approx((119.942274, 37.177129), abs=1e-9)


def test_the_old_beijing_datum_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "units.geojson"
    file.write_text(
        '{"crs":{"properties":{"name":"EPSG:4214"}},'
        '"features":[{"geometry":{"type":"Point","coordinates":[120,37]}}]}'
    )

    with pytest.raises(CrsNotTaken) as refused:
        read_table(file)

    assert refused.value.facts["crs"] == "Beijing 1954"


def test_long_column_names_stay_apart_in_a_shapefile(tmp_path: Path) -> None:
    columns = ["households_now", "households_before", "社区名称长"]

    write_shapefile(tmp_path / "plan.zip", columns, [[1, 2, "甲"]], SHAPES[:1], layer="grids")

    assert read_table(tmp_path / "plan.zip").columns == ["households", "household2", "社区名"]
