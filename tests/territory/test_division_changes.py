"""Communities and towns that the state renames, merges, splits or re-codes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum

from tests.city import (
    CODE,
    COLUMNS,
    DONGGUAN,
    SETTLED,
    VILLAGE,
    WENCHANG,
    YONGAN,
    City,
    corner,
    square,
)
from tests.territory.planning import NOON, PLANNER, adopt, do, drafted, halves, members_now
from yige.base.access import Role
from yige.base.models import Event
from yige.people.models import Post
from yige.territory import queries, successions
from yige.territory.crosswalk import crosswalk
from yige.territory.division_changes import DivisionsChange
from yige.territory.errors import ChangedSince, DivisionsWrong, NotAdoptable
from yige.territory.locate import area_of_unit, locate
from yige.territory.matching import new_codes
from yige.territory.models import (
    AreaMode,
    Border,
    Building,
    CommunityBefore,
    Compound,
    Division,
    Grid,
    Place,
    Plan,
    Succession,
    Unit,
)

TOWN, OTHER_TOWN = "370683001", "370683002"
NEW = f"{TOWN}009"
BEFORE = NOON - timedelta(seconds=1)


def change(*rows: dict[str, Any], at: Any = NOON, **more: Any) -> dict[str, Any]:
    """Let the city's planner enter what the state has decided."""
    return dict(do("territory.change_divisions", at, changes=list(rows), **more).result)


def became(old: str, new: str, **more: Any) -> dict[str, Any]:
    return {"old": old, "new": new, **more}


def current(level: str) -> list[str]:
    return list(Division.objects.filter(level=level, valid_until=None).order_by("code")
                .values_list("code", flat=True))  # fmt: skip


def shares(old: str) -> dict[str, float]:
    return dict(Succession.objects.filter(old_code=old).values_list("new_code", "share"))


def test_a_community_that_gets_another_code_keeps_its_units_and_grid_serials(city: City) -> None:
    unit = city.unit(WENCHANG, 0)

    done = change(became(WENCHANG, NEW))

    assert done == {"divisions": 1, "ended": 1, "units": 24, "grids": 2, "rows": 0}
    assert members_now()[unit] == [f"{NEW}001"]
    assert Unit.objects.get(code=unit).community_code == NEW
    assert queries.name_of(NEW) == "文昌社区"
    assert queries.name_of(f"{NEW}001") == "文昌01网格"
    assert shares(f"{WENCHANG}001") == {f"{NEW}001": 1.0}
    assert shares(WENCHANG) == {NEW: 1.0}


def test_rights_and_open_work_follow_a_new_code(city: City) -> None:
    posts = {
        area: Post.objects.create(role=Role.STATION, area_code=area, name="站")
        for area in (WENCHANG, f"{WENCHANG}002", DONGGUAN)
    }
    known = Place.objects.create(
        name="店", kind="shop", unit_code=city.unit(WENCHANG, 5), area_code=f"{WENCHANG}002"
    )
    rough = Place.objects.create(name="店", kind="shop", area_code=WENCHANG)
    closed = Place.objects.create(name="店", kind="shop", area_code=WENCHANG, ended_at=SETTLED)

    done = change(became(WENCHANG, NEW))

    now = dict(Post.objects.values_list("id", "area_code"))
    assert [now[post.id] for post in posts.values()] == [NEW, f"{NEW}002", DONGGUAN]
    places = dict(Place.objects.values_list("id", "area_code"))
    assert (places[known.id], places[rough.id], places[closed.id]) == (f"{NEW}002", NEW, WENCHANG)
    assert done["rows"] == 4


def test_a_merged_community_takes_grids_in_under_free_codes(city: City) -> None:
    change(became(DONGGUAN, WENCHANG, name="文东社区"))

    held = members_now()
    assert {held[u][0] for u in city.units(WENCHANG)} == {f"{WENCHANG}001", f"{WENCHANG}002"}
    assert {held[u][0] for u in city.units(DONGGUAN)} == {f"{WENCHANG}003", f"{WENCHANG}004"}
    assert current("community") == [WENCHANG, YONGAN, VILLAGE]
    assert (queries.name_of(WENCHANG), queries.name_of(f"{WENCHANG}003")) == (
        "文东社区", "文东03网格")  # fmt: skip
    assert (shares(DONGGUAN), shares(WENCHANG)) == ({WENCHANG: 1.0}, {WENCHANG: 1.0})
    assert Division.objects.get(code=WENCHANG, valid_until=None).outline.count("[") > 3


def test_units_of_a_merged_community_are_divided_together_from_then_on(city: City) -> None:
    change(became(DONGGUAN, WENCHANG))
    crossing = Border.objects.filter(a__community_code=WENCHANG, b__community_code=WENCHANG)
    between = [b for b in crossing.select_related("a", "b") if b.a.code[:12] != b.b.code[:12]]

    whole = {unit: 0 for c in (WENCHANG, DONGGUAN) for unit in city.units(c)}
    whole |= {u: 5 + p // 12 for p, u in enumerate(city.units(YONGAN))}
    later = NOON + timedelta(days=1)
    adopt(drafted(whole, at=later, upper=2000), at=later)

    assert between
    assert {members_now()[unit][0] for unit in city.units(DONGGUAN)} == {f"{WENCHANG}005"}


def test_a_community_is_split_by_the_outlines_of_its_parts(city: City) -> None:
    """The western third goes to a new community, and cuts one grid."""
    west = square(*corner(WENCHANG, 0), columns=2, rows=4)
    rest = square(*corner(WENCHANG, 2), columns=4, rows=4)

    change(
        became(WENCHANG, WENCHANG, outline=rest),
        became(WENCHANG, NEW, name="西苑社区", outline=west),
        source="莱政字〔2026〕9号",
    )

    held = members_now()
    places = {held[u][0]: p % COLUMNS for p, u in enumerate(city.units(WENCHANG))}
    assert sorted(places) == [f"{WENCHANG}002", f"{WENCHANG}003", f"{NEW}001"]
    assert shares(f"{WENCHANG}001") == {f"{NEW}001": pytest.approx(2 / 3),
                                        f"{WENCHANG}003": pytest.approx(1 / 3)}  # fmt: skip
    assert shares(WENCHANG) == {NEW: pytest.approx(1 / 3), WENCHANG: pytest.approx(2 / 3)}
    assert Grid.objects.get(code=f"{WENCHANG}003").reason == "莱政字〔2026〕9号"
    assert locate(unit_code=city.unit(WENCHANG, 0)).area_code == f"{NEW}001"


def test_a_community_is_split_by_a_list_of_units(city: City) -> None:
    listed = city.units(WENCHANG)[:12]

    change(
        became(WENCHANG, NEW, name="西苑社区", units=listed),
        became(WENCHANG, f"{TOWN}010", name="东苑社区", units=city.units(WENCHANG)[12:]),
    )

    assert {Unit.objects.get(code=u).community_code for u in listed} == {NEW}
    assert WENCHANG not in current("community")
    assert sum(shares(WENCHANG).values()) == pytest.approx(1.0)


def test_a_town_takes_its_communities_along(city: City) -> None:
    change(became(OTHER_TOWN, "370683009", name="新城街道"))

    moved = f"370683009{YONGAN[9:]}"
    assert current("town") == [TOWN, "370683009", "370683101"]
    assert members_now()[city.unit(YONGAN, 0)] == [f"{moved}001"]
    assert queries.area(moved).full_name == "新城街道 永安社区"
    assert (shares(OTHER_TOWN), shares(YONGAN)) == ({"370683009": 1.0}, {moved: 1.0})


def test_towns_are_merged_with_their_communities_listed(city: City) -> None:
    change(became(OTHER_TOWN, TOWN), became(YONGAN, f"{TOWN}003"))

    assert current("town") == [TOWN, "370683101"]
    assert current("community") == [WENCHANG, DONGGUAN, f"{TOWN}003", VILLAGE]
    assert shares(OTHER_TOWN) == {TOWN: 1.0}
    assert shares(TOWN) == {TOWN: 1.0}


def test_a_community_moves_to_another_town(city: City) -> None:
    change(became(DONGGUAN, f"{OTHER_TOWN}002"))

    assert shares(TOWN) == {TOWN: pytest.approx(0.5), OTHER_TOWN: pytest.approx(0.5)}
    assert locate(area_code=DONGGUAN).area_code == f"{OTHER_TOWN}002"
    assert [c.code for c in queries.children_of(OTHER_TOWN)] == [YONGAN, f"{OTHER_TOWN}002"]


def test_a_renamed_community_keeps_code_grids_and_the_name_it_had(city: City) -> None:
    before = members_now()

    done = change(became(WENCHANG, WENCHANG, name="新文昌社区"))

    assert members_now() == before
    assert not Succession.objects.exists()
    assert done["grids"] == 0
    assert successions.names_at([WENCHANG], BEFORE) == {WENCHANG: "文昌社区"}
    assert queries.name_of(WENCHANG) == "新文昌社区"


def test_history_answers_for_the_day_before(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    lon, lat = city.middle(unit)

    change(became(WENCHANG, NEW))

    for at, code in ((BEFORE, WENCHANG), (NOON, NEW)):
        assert locate(lon=lon, lat=lat, at=at).area_code == f"{code}001"
        assert locate(area_code=code, at=at).area_code == code
        assert [g.code[:12] for g in queries.grids_at(TOWN, at)].count(code) == 2


def test_units_without_grids_are_known_in_the_community_they_lay_in(surveyed: City) -> None:
    unit = surveyed.unit(WENCHANG, 0)
    later = NOON + timedelta(days=9)

    change(became(WENCHANG, NEW))
    change(became(NEW, f"{TOWN}010"), at=later)

    assert area_of_unit(unit, BEFORE) == WENCHANG
    assert area_of_unit(unit, NOON) == NEW
    assert area_of_unit(unit, later) == f"{TOWN}010"
    assert CommunityBefore.objects.count() == 48


def test_figures_pass_through_a_change_at_every_level(city: City) -> None:
    change(became(DONGGUAN, WENCHANG), became(WENCHANG, WENCHANG, name="文东社区"))

    onward, back = crosswalk(at=NOON), crosswalk(at=BEFORE)

    assert onward.shares(DONGGUAN, on=BEFORE) == {WENCHANG: 1.0}
    assert back.shares(WENCHANG, on=NOON) == {
        WENCHANG: pytest.approx(0.5), DONGGUAN: pytest.approx(0.5)}  # fmt: skip


def test_plans_and_emergencies_go_on_under_the_new_code(city: City) -> None:
    plan = drafted(halves(WENCHANG), area=WENCHANG)
    AreaMode.objects.create(area_code=WENCHANG, mode="response", level="II", since_at=SETTLED)

    change(became(WENCHANG, NEW))

    assert Plan.objects.get(id=plan.id).area_code == NEW
    held = AreaMode.objects.order_by("since_at").values_list("area_code", "level", "until_at")
    assert list(held) == [(WENCHANG, "II", NOON), (NEW, "II", None)]
    assert adopt(Plan.objects.get(id=plan.id), at=NOON + timedelta(days=1)).outcome == "done"


def test_a_plan_whose_grid_was_cut_by_the_state_has_to_be_mended(city: City) -> None:
    plan = drafted(halves())
    change(
        became(WENCHANG, WENCHANG, units=city.units(WENCHANG)[12:]),
        became(WENCHANG, NEW, name="西苑社区", units=city.units(WENCHANG)[:12]),
    )
    later = NOON + timedelta(days=1)

    with pytest.raises(NotAdoptable) as refusal:
        adopt(Plan.objects.get(id=plan.id), at=later)

    assert [f["what"] for f in refusal.value.facts["faults"]] == ["communities"] * 2  # type: ignore[attr-defined]


def test_buildings_and_compounds_move_and_keep_apart(city: City) -> None:
    Compound.objects.filter(community_code=DONGGUAN, name="东关小区").update(name="文昌花园")

    change(became(DONGGUAN, WENCHANG))

    names = Compound.objects.filter(community_code=WENCHANG).values_list("name", flat=True)
    assert "文昌花园（东关）" in names
    assert Compound.objects.filter(community_code=DONGGUAN).count() == 0
    serials = Building.objects.filter(community_code=WENCHANG).values_list("serial", flat=True)
    assert sorted(serials) == list(range(1, 13))


def test_codes_of_units_never_return(city: City) -> None:
    change(became(WENCHANG, NEW))

    assert new_codes([NEW, WENCHANG]) == [f"{NEW}000001", f"{WENCHANG}000025"]


def test_dedicated_grids_stay_dedicated(city: City) -> None:
    Grid.objects.filter(code=f"{DONGGUAN}002").update(code=f"{DONGGUAN}901", kind=Grid.DEDICATED)

    change(became(DONGGUAN, WENCHANG))

    assert Grid.objects.get(code=f"{WENCHANG}901").kind == Grid.DEDICATED


def test_households_are_neither_lost_nor_doubled(city: City) -> None:
    change(became(DONGGUAN, WENCHANG), became(YONGAN, f"{TOWN}003"))

    alive = Grid.objects.filter(valid_until=None)
    assert alive.aggregate(Sum("households"))["households__sum"] == 72 * 20
    assert all(len(grids) == 1 for grids in members_now().values())
    assert len(members_now()) == 72


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([became("370683001099", NEW)], "unknown"),
        ([became(WENCHANG, TOWN)], "other_level"),
        ([became(CODE, "370684")], "is_city"),
        ([became(WENCHANG, NEW), became(WENCHANG, NEW)], "twice"),
        ([became(WENCHANG, "370683088001")], "no_parent"),
        ([became(OTHER_TOWN, TOWN)], "taken"),
        ([became(TOWN, "370683008"), became(TOWN, "370683009")], "which_town"),
        ([became(WENCHANG, WENCHANG), became(WENCHANG, NEW)], "unit_nowhere"),
        ([became(WENCHANG, NEW, outline="{")], "outline"),
    ],
)
def test_a_change_that_cannot_be_is_refused_by_its_row(
    city: City, rows: list[dict[str, Any]], what: str
) -> None:
    before = (members_now(), current("community"))

    with pytest.raises(DivisionsWrong) as refusal:
        change(*rows)

    assert refusal.value.facts["rows"][0]["what"] == what  # type: ignore[index]
    assert (members_now(), current("community")) == before


def test_a_code_that_has_ended_never_comes_back(city: City) -> None:
    change(became(WENCHANG, NEW))

    with pytest.raises(DivisionsWrong) as refusal:
        change(became(NEW, WENCHANG), at=NOON + timedelta(days=1))

    assert refusal.value.facts["rows"][0]["what"] == "came_back"  # type: ignore[index]


def test_a_change_may_hold_from_an_earlier_day_if_nothing_came_between(city: City) -> None:
    earlier = NOON - timedelta(days=9)

    change(became(WENCHANG, NEW), valid_from=earlier.isoformat())

    assert area_of_unit(city.unit(WENCHANG, 0), earlier) == f"{NEW}001"
    with pytest.raises(ChangedSince):
        change(became(NEW, f"{TOWN}010"), valid_from=(earlier - timedelta(days=1)).isoformat())


def test_what_the_state_changed_is_told_to_the_journal(city: City) -> None:
    change(became(WENCHANG, NEW), source="民政局 2026-5")

    told = [(e.kind.partition(".")[2], e.area_code) for e in
            Event.objects.order_by("position", "n")][-7:]  # fmt: skip
    assert told == [
        ("divisions_changed", CODE),
        ("division_changed", NEW),
        ("division_ended", WENCHANG),
        ("grid_opened", f"{NEW}001"),
        ("grid_opened", f"{NEW}002"),
        ("grid_retired", f"{WENCHANG}001"),
        ("grid_retired", f"{WENCHANG}002"),
    ]


def test_the_body_is_what_a_planner_of_the_city_says(city: City) -> None:
    said = DivisionsChange.model_validate({"changes": [became(WENCHANG, NEW)]})

    assert (said.changes[0].units, said.valid_from, PLANNER.area) == ([], None, CODE)
