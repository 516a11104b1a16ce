import gzip
import io
import json
import time
import zipfile
from pathlib import Path

import pytest
import shapely
import xlsxwriter

from yige.base.tables import read as reading
from yige.base.tables.errors import (
    ArchiveAmbiguous,
    ArchiveNested,
    ArchiveUnsafe,
    CrsMissing,
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileKindUnknown,
    FileMissing,
    FileTooHeavy,
    PartMissing,
    TextUnreadable,
)
from yige.base.tables.read import read_table
from yige.base.tables.shape import Limits

SURVEY = "单元编号,户数\n000101,24\n000102,18\n"


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def sheet_of(path: Path, rows: list[list[object]], sheet: str = "单元") -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_survey_is_read_as_the_office_saved_it(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    file = written(tmp_path / "survey.csv", SURVEY.replace(",", delimiter), encoding)

    table = read_table(file)

    assert table.columns == ["单元编号", "户数"]
    assert table.rows == [["000101", "24"], ["000102", "18"]]
    assert table.numbers == [2, 3]
    assert table.delimiter == delimiter


def test_a_row_is_known_by_the_line_where_it_begins(tmp_path: Path) -> None:
    file = written(tmp_path / "survey.csv", 'id,note\n1,"two\nlines"\n\n2,short\n3,a,stray\n')

    table = read_table(file)

    assert table.numbers == [2, 5, 6]
    assert table.rows[0] == ["1", "two\nlines"]
    assert table.too_wide == {2}


def test_a_packed_table_is_read_like_the_plain_one(tmp_path: Path) -> None:
    packed = written(tmp_path / "survey.csv.gz", gzip.compress(SURVEY.encode()))
    archive = zipped(tmp_path / "survey.zip", **{"新建/survey.csv": SURVEY.encode()})

    assert (
        read_table(packed).rows == read_table(archive).rows == [["000101", "24"], ["000102", "18"]]
    )


def test_a_spreadsheet_keeps_zeros_and_says_where_digits_were_lost(tmp_path: Path) -> None:
    file = sheet_of(
        tmp_path / "survey.xlsx",
        [["文昌路街道单元调查表"], [], ["编号", "户数"], ["007", 24], [370683001012000001, 18.0]],
    )

    table = read_table(file)

    assert table.columns == ["编号", "户数"]
    assert table.rows == [["007", "24"], ["370683001012000000", "18"]]
    assert table.numbers == [4, 5]
    assert table.rounded == {(1, 0)}
    assert table.part == "单元"


def test_a_merged_community_holds_for_every_row_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "survey.xlsx"
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["社区", "单元"])
        page.merge_range(1, 0, 3, 0, "云峰社区")
        for place in range(1, 5):
            page.write(place, 1, f"{place}单元")

    table = read_table(file)

    assert table.column("社区") == ["云峰社区", "云峰社区", "云峰社区", ""]


def test_another_sheet_is_read_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "survey.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("说明").write_row(0, 0, ["how", "to"])
        book.add_worksheet("单元").write_row(0, 0, ["id", "n"])

    assert read_table(file, part="单元").columns == ["id", "n"]
    assert read_table(file).other_parts == ("单元",)
    with pytest.raises(PartMissing) as refused:
        read_table(file, part="网格")
    assert refused.value.facts["parts"] == ["说明", "单元"]


def test_features_keep_their_ids_and_their_shapes(tmp_path: Path) -> None:
    square = {
        "type": "Polygon",
        "coordinates": [[[119.9, 37.1], [120, 37.1], [120, 37.2], [119.9, 37.1]]],
    }
    features = [
        {
            "type": "Feature",
            "id": "0007",
            "properties": {"name": "甲", "tags": ["a"]},
            "geometry": square,
        },
        {"type": "Feature", "id": "0008", "properties": None, "geometry": None},
    ]
    file = written(
        tmp_path / "units.geojson", json.dumps({"type": "FeatureCollection", "features": features})
    )

    table = read_table(file)

    assert table.columns == ["id", "name", "tags"]
    assert table.rows == [["0007", "甲", '["a"]'], ["0008", "", ""]]
    assert table.geometry is not None
    assert shapely.from_wkb(table.geometry[0]).equals(shapely.from_geojson(json.dumps(square)))
    assert table.geometry[1] is None
    assert table.crs is None


def test_metres_without_a_reference_system_are_refused(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [500123.0, 4112345.0]}
    features = [{"type": "Feature", "properties": {"id": "1"}, "geometry": point}]
    file = written(tmp_path / "units.geojson", json.dumps({"features": features}))

    with pytest.raises(CrsMissing) as refused:
        read_table(file)

    assert refused.value.facts["bounds"] == [500123.0, 4112345.0, 500123.0, 4112345.0]


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("survey.csv", b"", FileEmpty),
        ("survey.csv", b"\n\n ,, \n", FileEmpty),
        ("survey.csv.gz", gzip.compress(b""), FileEmpty),
        ("survey.csv", b"id,n\n1,\xff\xff\n", TextUnreadable),
        ("survey.csv", bytes(range(256)) * 20, FileKindUnknown),
        ("survey.pdf", b"%PDF-1.7 ...", FileKindUnknown),
        ("survey.xlsx", b"PK\x03\x04 broken off", FileDamaged),
        ("survey.csv.gz", gzip.compress(SURVEY.encode())[:-9], FileDamaged),
        ("units.geojson", b'{"type":"FeatureCollection","features":[{]}', FileDamaged),
        ("units.geojson", b'{"type":"Topology"}', FileDamaged),
        ("units.geojson", b"[" * 200_000, FileDamaged),
        ("units.geojson", b'{"features":[]}', FileEmpty),
        ("units.gpkg", b"SQLite format 3\0 broken off", FileDamaged),
        ("units.shp", b"\x00\x00\x27\x0a broken off", FileDamaged),
        ("twice.gz", gzip.compress(gzip.compress(b"id\n1\n")), ArchiveNested),
    ],
)
def test_a_broken_file_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, refusal: type[Exception]
) -> None:
    file = written(tmp_path / name, content)

    with pytest.raises(refusal):
        read_table(file)


def test_unreadable_text_names_the_line(tmp_path: Path) -> None:
    file = written(tmp_path / "survey.csv", b"id,n\n1,2\n3,\xff\xff\n")

    with pytest.raises(TextUnreadable) as refused:
        read_table(file)

    assert refused.value.facts["line"] == 3


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read_table(tmp_path / "nowhere.csv")


def test_a_spreadsheet_under_a_password_is_refused(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    file = written(tmp_path / "survey.xlsx", ole)

    with pytest.raises(FileEncrypted):
        read_table(file)


@pytest.mark.parametrize(
    "name", ["../survey.csv", "/etc/survey.csv", "a\\..\\..\\survey.csv", "C:/survey.csv"]
)
def test_an_archive_may_not_write_outside_its_folder(tmp_path: Path, name: str) -> None:
    file = zipped(tmp_path / "survey.zip", **{name: SURVEY.encode()})

    with pytest.raises(ArchiveUnsafe) as refused:
        read_table(file)

    assert refused.value.facts["member"] == name


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", **{"survey.csv": SURVEY.encode()})
    file = zipped(tmp_path / "survey.zip", **{"inner.zip": inner.read_bytes()})

    with pytest.raises(ArchiveNested):
        read_table(file)


def test_an_archive_of_two_tables_asks_which_is_meant(tmp_path: Path) -> None:
    file = zipped(tmp_path / "both.zip", **{"a.csv": SURVEY.encode(), "b.csv": b"id\n1\n"})

    with pytest.raises(ArchiveAmbiguous) as refused:
        read_table(file)

    assert refused.value.facts["members"] == ["a.csv", "b.csv"]
    assert read_table(file, part="b.csv").columns == ["id"]


def spreadsheet_with(tmp_path: Path, sheet: bytes) -> Path:
    """Give a real spreadsheet whose only sheet is replaced by other bytes."""
    whole = sheet_of(tmp_path / "whole.xlsx", [["id", "n"], ["1", 2]])
    file = tmp_path / "survey.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member.filename, sheet if "sheet1" in member.filename else content)
    return file


def test_a_spreadsheet_of_60_megabytes_of_nothing_is_refused_at_once(tmp_path: Path) -> None:
    file = spreadsheet_with(tmp_path, b"<row><c><v>1</v></c></row>" * (60_000_000 // 26))
    assert file.stat().st_size < 600_000
    began = time.monotonic()

    with pytest.raises(FileTooHeavy) as refused:
        read_table(file, limits=Limits(memory_bytes=100 << 20))

    assert time.monotonic() - began < 5
    assert refused.value.facts["limit"] == "unpack_ratio"
    assert refused.value.facts["member"] == "xl/worksheets/sheet1.xml"


def test_an_archive_that_lies_about_its_size_is_found_out(tmp_path: Path) -> None:
    file = zipped(tmp_path / "survey.zip", **{"survey.csv": bytes(50_000_000)})
    content = bytearray(file.read_bytes())
    size = (50_000_000).to_bytes(4, "little")
    for at in range(len(content) - 4):
        if content[at : at + 4] == size:
            content[at : at + 4] = (1_000).to_bytes(4, "little")
    file.write_bytes(content)

    with pytest.raises(FileTooHeavy) as refused:
        read_table(file)

    assert refused.value.facts["limit"] == "unpacked_bytes"


def test_a_packed_stream_is_stopped_at_its_ratio(tmp_path: Path) -> None:
    file = written(tmp_path / "survey.csv.gz", gzip.compress(bytes(80_000_000)))

    with pytest.raises(FileTooHeavy) as refused:
        read_table(file)

    assert refused.value.facts["limit"] == "unpack_ratio"


def test_a_sheet_with_one_cell_in_its_far_corner_costs_no_memory(tmp_path: Path) -> None:
    file = tmp_path / "survey.xlsx"
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write(0, 0, "id")
        page.write(1_048_575, 16_383, "far")

    with pytest.raises(FileTooHeavy) as refused:
        read_table(file)

    assert refused.value.facts["limit"] == "memory_bytes"


@pytest.mark.parametrize(
    ("limits", "facts"),
    [
        (Limits(rows=1), {"limit": "rows", "allowed": 1, "found": 2, "row": 3}),
        (Limits(columns=1), {"limit": "columns", "allowed": 1, "found": 2, "row": 1}),
        (Limits(cell_length=5), {"limit": "cell_length", "allowed": 5, "found": 6, "row": 2}),
        (Limits(file_bytes=10), {"limit": "file_bytes", "allowed": 10, "found": 40}),
    ],
)
def test_each_limit_says_which_it_is_and_where_it_was_met(
    tmp_path: Path, limits: Limits, facts: dict[str, object]
) -> None:
    file = written(tmp_path / "survey.csv", SURVEY)

    with pytest.raises(FileTooHeavy) as refused:
        read_table(file, limits=limits)

    assert refused.value.facts == facts


def test_shapes_with_too_many_corners_are_refused(tmp_path: Path) -> None:
    ring = [[120 + k / 1e4, 37 + (k % 2) / 1e4] for k in range(2_000)]
    line = {"type": "LineString", "coordinates": ring}
    features = [{"type": "Feature", "properties": {}, "geometry": line}]
    file = written(tmp_path / "units.geojson", json.dumps({"features": features}))

    with pytest.raises(FileTooHeavy) as refused:
        read_table(file, limits=Limits(vertices=1_000))

    assert refused.value.facts == {"limit": "vertices", "allowed": 1_000, "found": 2_000}


def test_the_office_outlives_a_reader_that_takes_too_long(tmp_path: Path) -> None:
    pipe = tmp_path / "survey.csv"
    rows = io.StringIO()
    for place in range(200_000):
        rows.write(f"{place},{place}\n")
    written(pipe, "id,n\n" + rows.getvalue())

    with pytest.raises(FileTooHeavy) as refused:
        read_table(pipe, limits=Limits(wall_seconds=0))

    assert refused.value.facts["limit"] == "wall_seconds"
    assert read_table(written(tmp_path / "small.csv", SURVEY)).numbers == [2, 3]


def test_the_office_outlives_a_reader_that_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killer = tmp_path / "python"
    killer.write_text("#!/bin/sh\nkill -9 $$\n")
    killer.chmod(0o700)
    file = written(tmp_path / "survey.csv", SURVEY)
    monkeypatch.setattr(reading.sys, "executable", str(killer))

    with pytest.raises(FileTooHeavy) as refused:
        read_table(file)

    assert refused.value.facts["limit"] == "cpu_seconds"
