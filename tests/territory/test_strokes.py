"""Two planners, one draft: no stroke is lost, and each takes back their own."""

from typing import Any
from uuid import UUID

import pytest

from tests.city import CODE, DONGGUAN, WENCHANG, YONGAN, City
from tests.territory.planning import NOON, PLANNER, do, drafted, halves
from tests.territory.survey_files import work
from yige.base.access import SYSTEM, Actor, Role
from yige.base.commands import Stale
from yige.base.models import Job
from yige.kernel.ids import new_id
from yige.territory import plan_queries
from yige.territory.errors import (
    GridsLocked,
    LabelUnknown,
    NothingToRedo,
    NothingToUndo,
    StrokeClash,
    UnitsLocked,
    UnitsUnknown,
)
from yige.territory.ground import ground_of
from yige.territory.models import Plan, PlanUnit, Unit
from yige.territory.stroke_queries import changes_since

COLLEAGUE = Actor(role=Role.PLANNER, area=CODE, account=new_id(), name="刘规划")


def labels_of(plan: Plan) -> dict[str, int]:
    return dict(PlanUnit.objects.filter(plan=plan).values_list("unit__code", "label"))


def move(plan: Plan, units: list[str], label: int | None, **more: Any) -> None:
    do("territory.move_units", plan=plan.id, units=units, label=label, **more)


def undo(plan: Plan, actor: Actor = PLANNER) -> dict[str, object]:
    return dict(do("territory.undo_stroke", actor=actor, plan=plan.id).result)


def redo(plan: Plan, actor: Actor = PLANNER) -> dict[str, object]:
    return dict(do("territory.redo_stroke", actor=actor, plan=plan.id).result)


def test_strokes_of_two_people_on_different_units_both_stand(city: City) -> None:
    plan = drafted(halves())
    mine, theirs = city.unit(WENCHANG, 2), city.unit(WENCHANG, 8)

    move(plan, [mine], 2, based_on=plan.version)
    move(plan, [theirs], 2, based_on=plan.version, actor=COLLEAGUE)

    after = labels_of(plan)
    assert (after[mine], after[theirs]) == (2, 2)
    assert plan.grids.get(label=2).households == 280


def test_of_two_strokes_on_one_unit_the_second_is_told_who_and_what(city: City) -> None:
    plan = drafted(halves())
    unit = city.unit(WENCHANG, 2)
    move(plan, [unit], 2, based_on=plan.version)

    with pytest.raises(StrokeClash) as refusal:
        move(plan, [unit, city.unit(WENCHANG, 8)], None, based_on=plan.version, actor=COLLEAGUE)

    assert refusal.value.facts["by"] == PLANNER.name
    assert (refusal.value.facts["label"], refusal.value.facts["units"]) == (2, [unit])
    assert labels_of(plan)[city.unit(WENCHANG, 8)] == 1


def test_both_may_say_the_same_of_a_unit(city: City) -> None:
    plan = drafted(halves())
    unit = city.unit(WENCHANG, 2)
    move(plan, [unit], 2, based_on=plan.version)

    move(plan, [unit], 2, based_on=plan.version, actor=COLLEAGUE)

    assert labels_of(plan)[unit] == 2
    assert plan.strokes.count() == 1


def test_a_stroke_on_what_was_divided_anew_is_stale(city: City) -> None:
    plan = drafted(halves())

    with pytest.raises(Stale):
        move(plan, [city.unit(WENCHANG, 2)], 2, based_on=plan.divided_version - 1)


def test_a_stroke_may_build_on_the_one_before_by_its_id(city: City) -> None:
    plan = drafted(halves())
    first = do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 2)], label=2)
    move(plan, [city.unit(WENCHANG, 8)], 2, actor=COLLEAGUE)

    with pytest.raises(StrokeClash):
        move(plan, [city.unit(WENCHANG, 8)], None, based_on=first.id)

    assert labels_of(plan)[city.unit(WENCHANG, 8)] == 2


def test_twenty_strokes_are_taken_back_and_done_again(city: City) -> None:
    plan = drafted(halves())
    began = labels_of(plan)
    for place in (2, 8, 14, 20, 2, 8, 14, 20, 3, 9) * 2:
        unit = city.unit(WENCHANG, place)
        move(plan, [unit], 3 - labels_of(plan)[unit])
    ended = labels_of(plan)
    there = plan.grids.order_by("label").values_list("label", "households", "facts")
    figures = list(there)

    for _ in range(20):
        undo(plan)
    taken_back = labels_of(plan)
    for _ in range(20):
        redo(plan)

    assert taken_back == began
    assert labels_of(plan) == ended
    assert (
        list(plan.grids.order_by("label").values_list("label", "households", "facts")) == figures
    )
    with pytest.raises(NothingToRedo):
        redo(plan)


def test_a_grid_that_was_emptied_comes_back_with_its_reason(city: City) -> None:
    plan = drafted(halves())
    do("territory.set_reason", plan=plan.id, labels=[1], reason="公园")
    all_of_it = [u for u, label in halves().items() if label == 0]
    move(plan, all_of_it, None)

    undo(plan)

    assert plan.grids.get(label=1).reason == "公园"
    assert not plan.grids.filter(label=7).exists()


def test_the_number_of_a_grid_is_given_once(city: City) -> None:
    plan = drafted(halves())
    move(plan, [city.unit(WENCHANG, 2)], None)
    undo(plan)

    move(plan, [city.unit(DONGGUAN, 2)], None, actor=COLLEAGUE)
    redo(plan)

    after = labels_of(plan)
    assert (after[city.unit(WENCHANG, 2)], after[city.unit(DONGGUAN, 2)]) == (7, 8)


def test_each_takes_back_the_own_strokes_only(city: City) -> None:
    plan = drafted(halves())
    mine, theirs = city.unit(WENCHANG, 2), city.unit(WENCHANG, 8)
    move(plan, [mine], 2)
    move(plan, [theirs], 2, actor=COLLEAGUE)

    undo(plan)

    after = labels_of(plan)
    assert (after[mine], after[theirs]) == (1, 2)
    with pytest.raises(NothingToUndo):
        undo(plan)


def test_what_a_colleague_moved_since_stays_with_the_colleague(city: City) -> None:
    plan = drafted(halves())
    shared, own = city.unit(WENCHANG, 2), city.unit(WENCHANG, 8)
    move(plan, [shared, own], 2)
    move(plan, [shared], None, actor=COLLEAGUE)

    result = undo(plan)

    assert (result["units"], result["stay"]) == (1, 1)
    after = labels_of(plan)
    assert (after[shared], after[own]) == (7, 1)


def test_a_new_stroke_forgets_what_was_taken_back(city: City) -> None:
    plan = drafted(halves())
    move(plan, [city.unit(WENCHANG, 2)], 2)
    undo(plan)

    move(plan, [city.unit(WENCHANG, 8)], 2)

    with pytest.raises(NothingToRedo):
        redo(plan)


def test_a_locked_grid_gives_and_takes_nothing(city: City) -> None:
    plan = drafted(halves())
    do("territory.set_locks", plan=plan.id, labels=[2])

    for units, label in (([city.unit(WENCHANG, 2)], 2), ([city.unit(WENCHANG, 3)], 1)):
        with pytest.raises(GridsLocked) as refusal:
            move(plan, units, label)
        assert refusal.value.facts["labels"] == [2]
    do("territory.set_locks", plan=plan.id, labels=[2], is_locked=False)
    move(plan, [city.unit(WENCHANG, 2)], 2)

    assert labels_of(plan)[city.unit(WENCHANG, 2)] == 2


def test_a_locked_unit_stays_also_when_the_stroke_is_taken_back(city: City) -> None:
    plan = drafted(halves())
    unit, free = city.unit(WENCHANG, 2), city.unit(WENCHANG, 8)
    move(plan, [unit, free], 2)
    do("territory.set_locks", plan=plan.id, units=[unit])

    with pytest.raises(UnitsLocked):
        move(plan, [unit], 1)
    result = undo(plan)

    assert result["stay"] == 1
    after = labels_of(plan)
    assert (after[unit], after[free]) == (2, 1)


@pytest.mark.parametrize(
    ("said", "error"),
    [({"labels": [99]}, LabelUnknown), ({"units": [f"{WENCHANG}999999"]}, UnitsUnknown)],
)
def test_only_what_is_there_is_locked(
    city: City, said: dict[str, Any], error: type[Exception]
) -> None:
    plan = drafted(halves())

    with pytest.raises(error):
        do("territory.set_locks", plan=plan.id, **said)


def test_units_that_a_survey_brought_are_put_into_a_grid_and_out_again(city: City) -> None:
    plan = drafted(halves())
    unit = city.unit(WENCHANG, 2)
    PlanUnit.objects.filter(plan=plan, unit__code=unit).delete()

    move(plan, [unit], 2)
    put = labels_of(plan)[unit]
    undo(plan)

    assert put == 2
    assert unit not in labels_of(plan)
    assert plan.grids.get(label=1).households == 220


def test_units_that_a_survey_took_leave_the_draft_with_the_next_stroke(city: City) -> None:
    plan = drafted(halves())
    Unit.objects.filter(code=city.unit(WENCHANG, 0)).update(valid_until=city.at)

    move(plan, [city.unit(WENCHANG, 2)], 2)

    assert city.unit(WENCHANG, 0) not in labels_of(plan)
    assert plan.grids.get(label=1).households == 200


def test_a_grid_too_small_is_told_the_shortest_fix_and_it_mends_it(city: City) -> None:
    plan = drafted(halves())
    move(plan, [city.unit(WENCHANG, place) for place in (2, 8, 14)], 2)

    fix = plan.grids.get(label=1).fix
    assert fix is not None
    move(plan, list(fix["units"]), fix["to"])

    assert (fix["households"], fix["to"]) == (20, 1)
    assert plan.grids.get(label=1).households == 200
    assert plan.grids.get(label=1).fix is None


def test_a_grid_torn_in_two_is_told_how_it_becomes_one(city: City) -> None:
    plan = drafted(halves())
    move(plan, [city.unit(WENCHANG, 0)], 2)

    fix = plan.grids.get(label=2).fix
    assert fix is not None

    assert (fix["units"], fix["to"]) == ([city.unit(WENCHANG, 0)], 1)


def test_a_stroke_is_known_by_its_command(city: City) -> None:
    plan = drafted(halves())

    done = do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 2)], label=2)

    assert plan.strokes.get().id == done.id
    assert UUID(str(done.result["id"])) == plan.id


@pytest.mark.slow
def test_what_is_locked_outlives_the_next_division(city: City) -> None:
    plan = drafted(halves())
    odd = [city.unit(WENCHANG, place) for place in (0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13)]
    move(plan, odd, None)
    do("territory.set_reason", plan=plan.id, labels=[7], reason="公园")
    do("territory.set_locks", plan=plan.id, labels=[7])
    do("territory.set_locks", plan=plan.id, units=[city.unit(DONGGUAN, 0)])
    beside = {u for u, label in labels_of(plan).items() if label == 3}

    do("territory.divide_again", plan=plan.id)
    work()

    after = labels_of(plan)
    assert Job.objects.get(id=Plan.objects.get().job_id or "").state == Job.DONE
    [label] = {after[unit] for unit in odd}
    assert {unit for unit, each in after.items() if each == label} == set(odd)
    assert (plan.grids.get(label=label).is_locked, plan.grids.get(label=label).reason) == (
        True, "公园")  # fmt: skip
    [other] = {after[unit] for unit in beside}
    assert {unit for unit, each in after.items() if each == other} == beside
    assert plan.units.get(is_locked=True).unit.code == city.unit(DONGGUAN, 0)


def test_a_stroke_drawn_while_the_engine_works_is_not_lost(city: City) -> None:
    plan = drafted(halves())
    do("territory.divide_again", plan=plan.id)
    based_on = Plan.objects.get().version
    move(plan, [city.unit(WENCHANG, 2)], 2)
    ground = ground_of(CODE, NOON)
    found: dict[str, Any] = {
        "fingerprint": ground.fingerprint,
        "labels": [halves()[u] for u in ground.codes],
    }

    with pytest.raises(Stale):
        do("territory.store_plan", actor=SYSTEM, plan=plan.id, based_on=based_on, **found)

    assert labels_of(plan)[city.unit(WENCHANG, 2)] == 2


def test_a_division_that_breaks_a_lock_is_refused(city: City) -> None:
    plan = drafted(halves())
    do("territory.set_locks", plan=plan.id, labels=[1])
    ground = ground_of(CODE, NOON)
    rows = halves(split="rows")
    found: dict[str, Any] = {
        "fingerprint": ground.fingerprint,
        "labels": [rows[u] for u in ground.codes],
    }

    with pytest.raises(GridsLocked):
        do("territory.store_plan", actor=SYSTEM, plan=plan.id, **found)

    assert labels_of(plan)[city.unit(WENCHANG, 8)] == 1


def test_a_branch_is_a_draft_of_its_own(city: City) -> None:
    plan = drafted(halves())
    do("territory.set_reason", plan=plan.id, labels=[1], reason="公园")
    do("territory.set_locks", plan=plan.id, labels=[3])

    made = do("territory.branch_plan", plan=plan.id, name="方案C")
    branch = Plan.objects.get(id=made.id)
    same = labels_of(branch) == labels_of(plan)
    move(branch, [city.unit(WENCHANG, 2)], 2)

    assert same
    assert (branch.name, branch.state) == ("方案C", Plan.DRAFT)
    assert branch.grids.get(label=1).reason == "公园"
    assert branch.grids.get(label=3).is_locked
    assert labels_of(plan)[city.unit(WENCHANG, 2)] == 1
    assert undo(branch)["units"] == 1


def test_the_figures_that_a_stroke_is_answered_with_are_those_of_the_page(city: City) -> None:
    plan = drafted(halves())
    move(plan, [city.unit(WENCHANG, place) for place in (2, 8, 14)], 2)
    move(plan, [city.unit(DONGGUAN, 0)], 4)
    do("territory.set_reason", plan=plan.id, labels=[1], reason="公园")
    move(plan, city.units(YONGAN), 5)

    answered = changes_since(PLANNER, plan.id, plan.version).plan
    shown, _ = plan_queries.plan(PLANNER, plan.id)

    assert answered == shown
    assert (shown.torn, shown.wrong, shown.off) == (1, 2, 20 + 80)
