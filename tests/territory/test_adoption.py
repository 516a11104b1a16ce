from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import groupby
from threading import Barrier

import pytest
from django.db import connection

from tests import city as small
from tests.city import CODE, DONGGUAN, WENCHANG, YONGAN, City
from tests.territory.planning import (
    NOON,
    PLANNER,
    adopt,
    codes_ever,
    do,
    drafted,
    halves,
    members_now,
)
from yige.base.access import Actor, Role
from yige.base.commands import NotAllowed, Stale
from yige.base.models import Entry, Event, Job
from yige.kernel.ids import new_id
from yige.territory import net, queries
from yige.territory.errors import NotAdoptable, PlanMissing, UnitsChanged
from yige.territory.locate import locate
from yige.territory.models import Grid, Place, Plan, Succession, Unit
from yige.territory.previews import preview

LATER = NOON + timedelta(days=30)


def test_the_first_plan_gives_grids_their_codes_from_west_to_east(surveyed: City) -> None:
    plan = drafted(halves())

    adopt(plan)

    held = members_now()
    assert all(len(grids) == 1 for grids in held.values())
    assert held[surveyed.unit(WENCHANG, 0)] == [f"{WENCHANG}001"]
    assert held[surveyed.unit(WENCHANG, 5)] == [f"{WENCHANG}002"]
    assert queries.name_of(f"{WENCHANG}001") == "文昌01网格"
    assert Plan.objects.get().state == Plan.ADOPTED
    assert Job.objects.filter(kind="territory.draw_net").count() == 1


def test_grids_that_stay_the_same_keep_their_codes(city: City) -> None:
    grids = halves() | {u: 9 + (p // 12) for p, u in enumerate(city.units(YONGAN))}

    adopt(drafted(grids))

    assert codes_ever() == [
        *(f"{c}{n:03d}" for c in (WENCHANG, DONGGUAN) for n in (1, 2)),
        *(f"{YONGAN}{n:03d}" for n in (1, 2, 3, 4)),
    ]
    assert set(Grid.objects.filter(valid_until=None).values_list("code", flat=True)) == {
        *(f"{c}{n:03d}" for c in (WENCHANG, DONGGUAN) for n in (1, 2)),
        f"{YONGAN}003",
        f"{YONGAN}004",
    }


def test_an_ended_grid_is_shared_out_among_its_heirs(city: City) -> None:
    units = city.units(WENCHANG)
    grids = halves() | {unit: 9 if p % 6 == 2 else p % 6 // 3 for p, unit in enumerate(units)}
    grids |= {unit: 9 for unit in units if grids[unit] == 1}

    adopt(drafted(grids, lower=100))

    shares = list(Succession.objects.order_by("old_code", "new_code").values_list(
        "old_code", "new_code", "households", "share"))  # fmt: skip
    assert shares == [
        (f"{WENCHANG}001", f"{WENCHANG}003", 160, pytest.approx(2 / 3)),
        (f"{WENCHANG}001", f"{WENCHANG}004", 80, pytest.approx(1 / 3)),
        (f"{WENCHANG}002", f"{WENCHANG}004", 240, 1.0),
    ]
    for _, group in groupby(shares, key=lambda row: row[0]):
        assert sum(share for *_, share in group) == pytest.approx(1.0)


def test_every_open_row_follows_its_place_and_closed_ones_stay(city: City) -> None:
    unit, old = city.unit(WENCHANG, 0), city.grid(WENCHANG, 1)
    at_unit = _place(unit_code=unit, area_code=old)
    by_grid = _place(area_code=old)
    strange = _place(unit_code=f"{WENCHANG}999999", area_code=old)
    closed = _place(unit_code=unit, area_code=old, ended_at=NOON - timedelta(days=1))
    above = _place(area_code=WENCHANG)
    elsewhere = _place(unit_code=city.unit(DONGGUAN, 0), area_code=city.grid(DONGGUAN, 1))

    adopt(drafted(_turned(city, WENCHANG)))

    now = dict(Place.objects.values_list("id", "area_code"))
    assert members_now()[unit] == [now[at_unit]] == [f"{WENCHANG}004"]
    assert now[by_grid] == now[strange] == f"{WENCHANG}003"
    assert (now[closed], now[above]) == (old, WENCHANG)
    assert now[elsewhere] == city.grid(DONGGUAN, 1)


def test_rows_of_a_surveyed_community_go_down_to_its_first_grids(surveyed: City) -> None:
    place = _place(unit_code=surveyed.unit(YONGAN, 0), area_code=YONGAN)

    adopt(drafted(halves()))

    assert Place.objects.get(id=place).area_code == f"{YONGAN}001"


def test_what_adoption_would_touch_is_known_before(city: City) -> None:
    _place(unit_code=city.unit(WENCHANG, 0), area_code=city.grid(WENCHANG, 1))
    _place(area_code=city.grid(WENCHANG, 2))
    _place(area_code=city.grid(DONGGUAN, 1))
    plan = drafted(_turned(city, WENCHANG))

    seen = preview(plan, at=NOON)

    assert seen.rooms["territory"] == {"place": 2}
    assert (seen.kept, sorted(seen.opened.values())) == (
        4,
        [f"{WENCHANG}003", f"{WENCHANG}004"],
    )
    assert seen.retired == (f"{WENCHANG}001", f"{WENCHANG}002")
    assert (seen.moved_units, seen.moved_households, seen.faults) == (12, 240, ())
    assert codes_ever() == [f"{c}{n:03d}" for c in (WENCHANG, DONGGUAN, YONGAN) for n in (1, 2)]


def test_the_net_of_an_earlier_day_is_still_known(city: City) -> None:
    unit = city.unit(WENCHANG, 0)
    lon, lat = city.middle(unit)

    adopt(drafted(_turned(city, WENCHANG)), at=NOON)

    assert locate(lon=lon, lat=lat, at=NOON - timedelta(seconds=1)).area_code == f"{WENCHANG}001"
    assert locate(lon=lon, lat=lat, at=NOON).area_code == f"{WENCHANG}004"
    assert len(queries.grids_at(CODE, NOON - timedelta(seconds=1))) == 6
    assert {g.code for g in queries.grids_at(WENCHANG, LATER)} == {
        f"{WENCHANG}003",
        f"{WENCHANG}004",
    }


def test_adopting_a_plan_again_changes_nothing(city: City) -> None:
    plan = drafted(_turned(city, WENCHANG))
    adopt(plan)
    before = (members_now(), codes_ever(), net.stamp(), Event.objects.count())

    again = adopt(plan, at=LATER)

    assert again.result["state"] == Plan.ADOPTED
    assert (members_now(), codes_ever(), net.stamp(), Event.objects.count()) == before


def test_adopting_the_present_net_as_a_new_plan_keeps_every_grid(city: City) -> None:
    before = members_now()

    adopt(drafted(halves()))

    assert members_now() == before
    assert not Succession.objects.exists()


def test_of_two_plans_adopted_on_the_same_net_the_second_is_told(city: City) -> None:
    seen = net.version()
    first, second = drafted(_turned(city, WENCHANG)), drafted(_turned(city, DONGGUAN))
    adopt(first, net_version=seen)

    with pytest.raises(Stale) as refusal:
        adopt(second, net_version=seen)

    assert refusal.value.facts["version"] == seen + 1
    assert Plan.objects.get(id=second.id).state == Plan.DRAFT


def test_of_two_planners_adopting_at_the_same_instant_one_wins(transactional_db: None) -> None:
    city = small.build()
    seen = net.version()
    plans = [drafted(_turned(city, WENCHANG)), drafted(_turned(city, WENCHANG))]
    begin = Barrier(2)

    def adopting(plan: Plan) -> str:
        begin.wait()
        try:
            return adopt(plan, net_version=seen).outcome
        except Stale as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        outcomes = sorted(both.map(adopting, plans))

    assert outcomes == ["done", "territory.net_moved_on"]
    assert all(len(grids) == 1 for grids in members_now().values())
    assert net.version() == seen + 1


def test_a_plan_that_somebody_changed_meanwhile_is_not_adopted(city: City) -> None:
    plan = drafted(halves())
    do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 2)], label=2)

    with pytest.raises(Stale):
        adopt(plan, based_on=plan.version)


def test_a_grid_out_of_range_needs_a_written_reason(city: City) -> None:
    plan = drafted({u: n // 2 for u, n in halves().items()})

    with pytest.raises(NotAdoptable) as refusal:
        adopt(plan)
    do("territory.set_reason", plan=plan.id, labels=[1, 2, 3], reason="农村片区,户数分散")
    adopt(plan)

    assert refusal.value.facts["faults"][0] == {  # type: ignore[index]
        "label": 1, "community": WENCHANG, "name": "文昌社区",
        "what": "above", "by": 80}  # fmt: skip
    assert Grid.objects.filter(valid_until=None, reason="农村片区,户数分散").count() == 3


def test_no_reason_makes_up_for_a_grid_in_two_pieces(city: City) -> None:
    torn = {u: (0 if p % 6 in (0, 5) else 1) for p, u in enumerate(city.units(WENCHANG))}
    plan = drafted(halves() | {u: n + 10 for u, n in torn.items()}, lower=100)
    do("territory.set_reason", plan=plan.id, labels=[1, 2], reason="两处")

    with pytest.raises(NotAdoptable) as refusal:
        adopt(plan)

    assert [f["what"] for f in refusal.value.facts["faults"]] == ["pieces"]  # type: ignore[attr-defined]


def test_a_plan_drawn_before_the_last_survey_has_to_be_drawn_again(city: City) -> None:
    plan = drafted(halves())
    unit = Unit.objects.get(code=city.unit(WENCHANG, 0))
    unit.id, unit.code = new_id(), f"{WENCHANG}000099"
    unit.save(force_insert=True)

    with pytest.raises(UnitsChanged):
        adopt(plan)


@pytest.mark.parametrize(
    ("role", "area"),
    [
        (Role.PLATFORM, CODE),
        (Role.STATION, WENCHANG),
        (Role.PLANNER, "370683001"),
        (Role.RESIDENT, ""),
    ],
)
def test_only_a_planner_of_the_whole_city_adopts(city: City, role: Role, area: str) -> None:
    plan = drafted(halves())
    actor = Actor(role=role, area=area)

    with pytest.raises((NotAllowed, PlanMissing)):
        do("territory.adopt_plan", actor=actor, plan=plan.id, net_version=net.version())

    assert Plan.objects.get().state == Plan.DRAFT


def test_a_plan_of_another_city_is_not_there(city: City) -> None:
    plan = drafted(halves())
    stranger = Actor(role=Role.PLANNER, area="370600")

    with pytest.raises(PlanMissing):
        do("territory.adopt_plan", actor=stranger, plan=plan.id, net_version=net.version())


def test_what_was_adopted_is_told_to_the_journal(city: City) -> None:
    adopt(drafted(_turned(city, WENCHANG)))

    told = [(e.kind, e.area_code) for e in Event.objects.order_by("position", "n")][-5:]
    assert told == [
        ("territory.plan_adopted", CODE),
        ("territory.grid_opened", f"{WENCHANG}003"),
        ("territory.grid_opened", f"{WENCHANG}004"),
        ("territory.grid_retired", f"{WENCHANG}001"),
        ("territory.grid_retired", f"{WENCHANG}002"),
    ]
    assert Entry.objects.get(command="territory.adopt_plan").account == PLANNER.account


def test_a_plan_of_which_nothing_is_left_retires(surveyed: City) -> None:
    first = drafted(halves())
    adopt(first)

    adopt(drafted(halves(split="rows")), at=LATER)

    assert Plan.objects.get(id=first.id).state == Plan.RETIRED


def _turned(city: City, community: str) -> dict[str, int]:
    """Divide one community from below to above instead of from left to right."""
    return halves() | {u: 90 + p // 12 for p, u in enumerate(city.units(community))}


def _place(**said: object) -> object:
    row = {"name": "便民店", "kind": "shop"} | said
    return Place.objects.create(**row).id  # type: ignore[arg-type]
