from datetime import timedelta

import pytest

from tests.city import CODE, TOWNS, VILLAGE, WENCHANG, City, square
from tests.territory.planning import NOON, do
from yige.base.access import Actor, Role
from yige.base.commands import BodyInvalid, NotAllowed
from yige.base.models import Event
from yige.base.tables.shape import Table
from yige.kernel.places import Datum, DatumMissing
from yige.territory import net, queries
from yige.territory.division_rows import read_divisions
from yige.territory.errors import DivisionsWrong
from yige.territory.locate import locate
from yige.territory.models import Division
from yige.territory.survey_columns import ColumnsMissing

NEW_CITY = [
    {"code": "370600", "name": "新市"},
    {"code": "370600001", "name": "一街道"},
    {"code": "370600001001", "name": "一社区"},
    {"code": "370600001201", "name": "某村", "kind": "village"},
]
FOUNDER = Actor(role=Role.SYSTEM_ADMIN, area="370600")


@pytest.mark.django_db
def test_an_empty_city_gets_its_divisions() -> None:
    entered = do("territory.set_divisions", actor=FOUNDER, divisions=NEW_CITY)

    assert entered.result == {"entered": 4, "ended": 0, "same": 0}
    city = queries.city()
    assert city is not None
    assert (city.name, [a.name for a in queries.children_of("370600001")]) == (
        "新市", ["一社区", "某村"])  # fmt: skip
    assert queries.area("370600001201").kind == "village"
    assert queries.area("370600001001").kind == "community"


@pytest.mark.django_db
def test_entering_the_same_divisions_again_changes_nothing() -> None:
    do("territory.set_divisions", actor=FOUNDER, divisions=NEW_CITY)
    before = (net.stamp(), Event.objects.count())

    again = do("territory.set_divisions", actor=FOUNDER, divisions=NEW_CITY)

    assert again.result == {"entered": 0, "ended": 0, "same": 4}
    assert (net.stamp(), Event.objects.count()) == before


def test_a_renamed_community_keeps_its_old_name_for_the_time_before(city: City) -> None:
    renamed = [{"code": WENCHANG, "name": "新文昌社区"}]

    do("territory.set_divisions", divisions=renamed, valid_from=NOON.isoformat())

    old, new = Division.objects.filter(code=WENCHANG).order_by("valid_from")
    assert (old.name, old.valid_until, new.valid_from) == ("文昌社区", NOON, NOON)
    assert queries.name_of(WENCHANG) == "新文昌社区"
    assert len(queries.children_of("370683001")) == 2


def test_a_village_that_ended_holds_no_place_any_more(city: City) -> None:
    lon, lat = 119.941, 37.281
    before = locate(lon=lon, lat=lat).area_code

    do("territory.set_divisions", divisions=_town(), ended=[VILLAGE],
       valid_from=NOON.isoformat())  # fmt: skip

    assert (before, locate(lon=lon, lat=lat).area_code) == (VILLAGE, "370683101")
    assert locate(lon=lon, lat=lat, at=NOON - timedelta(days=1)).area_code == VILLAGE


@pytest.mark.parametrize(
    ("divisions", "what"),
    [
        ([{"code": "370683009001", "name": "孤社区"}], "no_parent"),
        ([{"code": "370684", "name": "另一市"}], "second_city"),
        ([{"code": WENCHANG, "name": "甲"}, {"code": WENCHANG, "name": "乙"}], "twice"),
        ([{"code": WENCHANG, "name": "甲", "outline": "{"}], "outline"),
        ([{"code": WENCHANG, "name": "甲", "outline": "[]"}], "outline"),
        ([{"code": WENCHANG, "name": "甲", "outline": '{"type":"Point","coordinates":[1,2]}'}],
         "outline"),
        ([{"code": WENCHANG, "name": "甲", "outline": square(500, 40)}], "outline"),
    ],
)  # fmt: skip
def test_divisions_that_contradict_each_other_are_refused(
    city: City, divisions: list[dict[str, object]], what: str
) -> None:
    with pytest.raises(DivisionsWrong) as refusal:
        do("territory.set_divisions", divisions=divisions)

    assert refusal.value.facts["rows"][0]["what"] == what  # type: ignore[index]
    assert Division.objects.filter(valid_until=None).count() == 8


@pytest.mark.parametrize("field", [{"code": "3706"}, {"name": ""}, {"households": -1},
                                   {"lon": 200}, {"name": "a\x00b"}])  # fmt: skip
def test_a_division_that_cannot_be_is_refused_by_its_field(
    city: City, field: dict[str, object]
) -> None:
    said = {"code": WENCHANG, "name": "文昌社区"} | field

    with pytest.raises(BodyInvalid) as refusal:
        do("territory.set_divisions", divisions=[said])

    assert next(iter(field)) in refusal.value.facts["errors"][0]["field"]  # type: ignore[index]


@pytest.mark.parametrize(
    "actor",
    [Actor(role=Role.PLATFORM, area=CODE), Actor(role=Role.PLANNER, area="370683001"),
     Actor(role=Role.RESIDENT)],
)  # fmt: skip
def test_only_the_citys_planner_or_administrator_enters_divisions(
    city: City, actor: Actor
) -> None:
    with pytest.raises(NotAllowed):
        do("territory.set_divisions", actor=actor, divisions=_town())


def test_a_table_of_divisions_is_read_with_every_fault_named() -> None:
    table = Table(
        columns=["代码", "名称", "类型", "户数", "经度", "纬度"],
        rows=[
            ["370683", "莱州市", "", "", "", ""],
            ["370683101201", "河西村", "村", "312", "119.9", "37.2"],
            ["37068", "短码", "", "", "", ""],
            ["370683102", "", "", "-3", "", ""],
            ["370683103", "朱桥镇", "", "", "东经", "37"],
            ["370683", "又一市", "", "", "", ""],
        ],
        numbers=[2, 3, 4, 5, 6, 7],
        kind="csv",
    )

    found = read_divisions(table, datum=Datum.WGS84)

    assert [(row["code"], row["kind"]) for row in found.rows] == [
        ("370683", ""),
        ("370683101201", "village"),
    ]
    assert [(e.row, e.column, e.code) for e in found.errors] == [
        (4, "代码", "territory.row_not_a_code"),
        (5, "户数", "territory.row_negative"),
        (6, "经度", "territory.row_place_unreadable"),
        (7, "代码", "territory.row_code_twice"),
    ]


def test_a_table_of_divisions_with_places_must_name_its_datum() -> None:
    table = Table(["code", "name", "lon", "lat"], [["370683", "莱州市", "119.9", "37.2"]], [2],
                  kind="csv")  # fmt: skip

    with pytest.raises(DatumMissing):
        read_divisions(table, datum=None)


def test_a_table_without_codes_is_no_table_of_divisions() -> None:
    with pytest.raises(ColumnsMissing) as refusal:
        read_divisions(Table(["甲"], [["1"]], [2], kind="csv"), datum=None)

    assert refusal.value.facts["missing"] == ["code", "name"]


def _town() -> list[dict[str, str]]:
    outline = Division.objects.get(code="370683101", valid_until=None).outline
    return [{"code": "370683101", "name": TOWNS["370683101"], "outline": outline}]
