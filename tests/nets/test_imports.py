import json
from io import BytesIO
from pathlib import Path
from uuid import UUID

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.offices import Offices
from tests.city import CODE, COMPOUNDS, DONGGUAN, SETTLED, WENCHANG
from tests.nets.old_nets import bring, columns_of, kept, propose, row, signed, transfers
from tests.territory.planning import do
from yige.base import files
from yige.base.access import Role
from yige.base.tables.read import read_table
from yige.base.tables.shape import Table
from yige.kernel.errors import Refusal
from yige.kernel.places import Datum, DatumMissing
from yige.nets.errors import ColumnsMissing, HandingBegun, NothingToImport, RowsWrong
from yige.nets.models import LegacyCell, LegacyDuty, LegacyNet
from yige.nets.places import Places, places_of
from yige.nets.reader import read_net
from yige.nets.reasons import in_words
from yige.nets.standing import standing_of
from yige.nets.template import net_template
from yige.people.models import Person
from yige.territory.survey_columns import ColumnTwice

pytestmark = pytest.mark.django_db


def units_of(net: LegacyNet) -> dict[str, int]:
    return {cell.code: cell.units for cell in standing_of(net).cells}


def faults(refused: RowsWrong) -> list[tuple[int, str]]:
    return [(each["row"], each["code"]) for each in refused.facts["errors"]]  # type: ignore[attr-defined]


def test_cells_come_as_outlines_and_as_lists_of_anything(offices: Offices) -> None:
    city, east = offices.city, COMPOUNDS[WENCHANG][1]
    net = bring([
        row("A", "调解", "甲", 范围=columns_of(WENCHANG, 0, 3)),
        row("B", "调解", "乙", 小区=east),
        row("C", "调解", "丙", 小区=COMPOUNDS[DONGGUAN][0], 楼栋="1号楼、2号楼"),
        row("D", "调解", "丁", 单元编码="、".join(city.units(DONGGUAN)[3:5])),
        row("E", "调解", "戊", 社区="永安社区"),
        row("F", "调解", "己", 社区=DONGGUAN, 小区=COMPOUNDS[DONGGUAN][1]),
        row("G", "调解", "庚", 楼栋=f"{east}2号楼，{east}3号楼"),
    ])  # fmt: skip

    assert units_of(net) == {"A": 12, "B": 12, "C": 8, "D": 2, "E": 24, "F": 12, "G": 8}


def test_several_rows_and_several_duties_in_a_row_are_one_cell(offices: Offices) -> None:
    net = bring([
        row("A", "调解；普法", "甲", 小区="书香苑"),
        row("A", "巡查", "乙", 网格名称="书香格"),
        row("B", 小区="文昌花园"),
    ])  # fmt: skip

    cells = LegacyCell.objects.filter(net=net).order_by("code")
    assert [cell.name for cell in cells] == ["书香格", ""]
    duties = LegacyDuty.objects.filter(cell__net=net).order_by("name")
    assert [(d.name, d.holder) for d in duties] == [("巡查", "乙"), ("普法", "甲"), ("调解", "甲")]


def test_every_wrong_row_is_listed_and_nothing_comes_in(offices: Offices) -> None:
    crossed = "POLYGON((119.94 37.18,119.95 37.19,119.95 37.18,119.94 37.19,119.94 37.18))"
    rows = [
        row("", "调解"),
        row("A", "", "甲", 小区="书香苑"),
        row("B", "调解", "乙", 小区="书香院"),
        row("C", "调解", 楼栋="1号楼"),
        row("D", "调解", 范围=crossed),
        row("D", "普法"),
        row("E", "调解", 范围="POINT(119.94 37.18)"),
        row("F", "调解", 范围="画在纸上"),
        row("G", "调解", "丙", 小区="书香苑", 值班电话="370683199001011234"),
        row("H", "调解", "丁", 小区="书香苑", 账号="nobody"),
        row("I", "调解", "戊", 小区="书香苑"),
        row("I", "调解", "戊"),
        row("I", "普法", "己", 小区="文昌花园"),
        row("J", "调" * 121, 小区="书香苑"),
        row("K", "调\x07解", 小区="书香苑"),
        row("L", "调解", 范围="POLYGON((4e5 4e6,4e5 5e6,5e5 5e6,4e5 4e6))"),
        row("M", "调解", 单元编码="370683001001000099"),
        row("N", "调解", 小区="书香苑"),
    ]

    with pytest.raises(RowsWrong) as refused:
        bring(rows)

    assert faults(refused.value) == [
        (2, "nets.row_cell_missing"),
        (3, "nets.row_duty_missing"),
        (4, "nets.row_place_unknown"),
        (5, "nets.row_place_ambiguous"),
        (6, "territory.row_shape_crosses_itself"),
        (7, "nets.row_extent_missing"),
        (8, "nets.row_not_an_outline"),
        (9, "territory.row_shape_unreadable"),
        (10, "nets.row_not_a_phone"),
        (11, "nets.row_no_such_account"),
        (13, "nets.row_duty_twice"),
        (14, "nets.row_extent_differs"),
        (15, "territory.row_text_too_long"),
        (16, "territory.row_control_character"),
        (17, "nets.row_not_in_degrees"),
        (18, "nets.row_place_unknown"),
    ]
    first = refused.value.facts["errors"][2]  # type: ignore[index]
    assert first["column"] == "小区"
    assert first["value"] == "书香院"
    assert first["facts"] == {"near": ["书香苑"]}
    for each in refused.value.facts["errors"]:  # type: ignore[attr-defined]
        assert all(in_words(each["code"], each["facts"]))
    assert not LegacyNet.objects.exists()

    net = bring(rows, without_listed=True)

    assert units_of(net) == {"I": 12, "N": 12}
    assert json.loads(net.left_out) == sorted({row for row, _ in faults(refused.value)})


def test_rows_are_left_out_only_when_all_wrong_ones_are_named(offices: Offices) -> None:
    rows = [row("A", "调解", 小区="书香苑"), row("B", "调解"), row("C", "调解")]

    with pytest.raises(RowsWrong):
        bring(rows, left_out=[3])
    with pytest.raises(NothingToImport):
        bring(rows, left_out=[2, 3, 4])
    net = bring(rows, left_out=[3, 4])

    assert units_of(net) == {"A": 12}


PLACES = Places(
    compounds={"书香苑": [(UUID(int=1), WENCHANG)], "文昌花园": [(UUID(int=2), WENCHANG)]}
)
CELLS = st.fixed_dictionaries({
    "网格编号": st.sampled_from(["", "A", "B"]),
    "网格名称": st.sampled_from(["", "东格", "西格"]),
    "小区": st.sampled_from(["", "书香苑", "文昌花园", "没有"]),
    "职责": st.sampled_from(["", "调解", "普法"]),
    "责任人": st.sampled_from(["", "甲"]),
    "值班电话": st.sampled_from(["", "12345", "x"]),
    "范围": st.sampled_from(["", "", "", "POINT(119 37)", "POLYGON((0 0,1 0,1 1,0 0))"]),
})  # fmt: skip


@given(st.lists(CELLS, min_size=1, max_size=7))
def test_whoever_leaves_out_what_is_listed_is_told_of_nothing_further(
    rows: list[dict[str, str]],
) -> None:
    table = Table(columns=list(rows[0]), rows=[list(r.values()) for r in rows],
                  numbers=list(range(2, len(rows) + 2)), kind="csv")  # fmt: skip
    first = read_net(table, PLACES, datum=Datum.CGCS2000)
    second = read_net(table, PLACES, datum=Datum.CGCS2000, without=first.bad_rows)

    assert not second.errors
    kept_duties = [(c.code, d.row, d.name) for c in first.cells for d in c.duties]
    assert kept_duties == [(c.code, d.row, d.name) for c in second.cells for d in c.duties]


def test_the_same_net_again_changes_nothing_and_a_corrected_one_supersedes_it(
    offices: Offices,
) -> None:
    first = bring([row("A", "调解", "甲", 小区="书香苑", 值班电话="12345")])
    propose(first)

    assert bring([row("A", "调解", "甲", 小区="书香苑", 值班电话="12345")]) == first
    second = bring([row("A", "调解", "乙", 小区="书香苑")])

    first.refresh_from_db()
    assert (first.state, second.state) == (LegacyNet.SUPERSEDED, LegacyNet.OPEN)
    assert not transfers(first)
    assert not LegacyDuty.objects.exclude(phone=None).exists()


def test_a_net_with_signatures_is_not_superseded(offices: Offices) -> None:
    net = bring([row("A", "调解", "甲", 小区="书香苑")])
    propose(net)
    signed("take", offices["neighbour"], transfers(net))

    with pytest.raises(HandingBegun):
        bring([row("A", "调解", "乙", 小区="书香苑")])

    assert bring([row("A", "调解", "乙", 小区="书香苑")], name="司法网二").state == LegacyNet.OPEN


def test_who_of_the_old_net_has_an_account_is_found_by_it_or_by_name_and_number(
    offices: Offices,
) -> None:
    official = Person.objects.get(id=offices["official"].person)
    do("people.set_person", id=official.id, name="老调解员", phone="0535 2211001",
       actor=offices.seat("system", Role.SYSTEM_ADMIN, CODE))  # fmt: skip
    worker = Person.objects.get(id=offices["worker"].person)
    assert worker.account

    net = bring([
        row("A", "调解", "老调解员", 小区="书香苑", 值班电话="0535-2211001"),
        row("B", "调解", "老调解员", 小区="文昌花园", 值班电话="0535-2211002"),
        row("C", "调解", "某人", 小区="东关小区", 账号=worker.account.username),
    ])  # fmt: skip

    found = LegacyDuty.objects.filter(cell__net=net).order_by("cell__code")
    assert [duty.person for duty in found] == [official, None, worker]


def test_outlines_need_their_datum_and_are_moved_by_it(offices: Offices) -> None:
    rows = [row("A", "调解", 范围=columns_of(WENCHANG, 0, 3))]

    with pytest.raises(DatumMissing):
        bring(rows, datum=None)
    bring(rows, datum="gcj02")

    outline = shapely.from_geojson(LegacyCell.objects.get().outline)
    assert not outline.equals(shapely.from_geojson(columns_of(WENCHANG, 0, 3)))


def test_a_file_needs_cells_duties_and_what_a_cell_covers(offices: Offices) -> None:
    for heading, missing in (("编号,职责", "geometry"), ("职责,小区", "cell code")):
        content = f"{heading}\nA,调解\n".encode()
        digest = files.keep([content], name="x.csv", kind="csv", most=99, at=SETTLED).digest
        with pytest.raises(ColumnsMissing) as refused:
            do("nets.import_net", name="x", kind="other", area=CODE, file=digest)
        assert missing in refused.value.facts["missing"]  # type: ignore[operator]
    content = "编号,网格编号,职责,小区\nA,A,调解,书香苑\n".encode()
    digest = files.keep([content], name="x.csv", kind="csv", most=99, at=SETTLED).digest
    with pytest.raises(ColumnTwice):
        do("nets.import_net", name="x", kind="other", area=CODE, file=digest)


def write_layer(path: Path, driver: str, outline: str, **duties: str) -> None:
    """Write cells of one outline as a layer."""
    wkb = shapely.to_wkb(shapely.from_geojson(outline))
    pyogrio.raw.write(
        path,
        geometry=np.array([wkb] * len(duties), dtype=object),
        field_data=[
            np.array(each, dtype=object) for each in (list(duties), list(duties.values()))
        ],
        fields=["网格编号", "职责"],
        geometry_type="Polygon",
        crs="EPSG:4490",
        driver=driver,
    )


@pytest.mark.parametrize("driver", ["GeoJSON", "GPKG"])
def test_layers_of_outlines_come_in_with_their_properties(
    offices: Offices, tmp_path: Path, driver: str
) -> None:
    path = tmp_path / f"old.{driver.lower()}"
    write_layer(path, driver, columns_of(WENCHANG, 0, 3), A="调解")
    digest = files.keep([path.read_bytes()], name=path.name, kind="x", most=10**7, at=SETTLED)

    made = do("nets.import_net", name="x", kind="health", area=CODE, file=digest.digest,
              datum="cgcs2000").result["id"]  # fmt: skip

    assert units_of(LegacyNet.objects.get(id=made)) == {"A": 12}


def test_programs_send_rows_without_a_file(offices: Offices) -> None:
    table = {
        "columns": ["网格编号", "职责", "小区"],
        "rows": [["A", "调解", "书香苑"], ["A", "普法"]],
    }

    made = do("nets.import_net", name="x", kind="health", area=CODE, table=table).result["id"]

    assert LegacyDuty.objects.filter(cell__net=made).count() == 2
    with pytest.raises(Refusal):
        do("nets.import_net", name="x", kind="health", area=CODE)
    with pytest.raises(Refusal):
        do("nets.import_net", name="x", kind="health", area=CODE, table=table, file=kept([]))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_read_by_the_importer(
    offices: Offices, tmp_path: Path, language: str, kind: str
) -> None:
    path = tmp_path / f"x.{kind}"
    path.write_bytes(BytesIO(net_template(language, kind=kind)).getvalue())

    columns = read_table(path).columns

    filled = [["A", "", "", "书香苑", "", "", "调解", "甲", "12345", ""]]
    found = read_net(Table(columns=columns, rows=filled, numbers=[2], kind=kind),
                     places_of(CODE), datum=None)  # fmt: skip
    assert not found.errors
    assert found.duties == 1
