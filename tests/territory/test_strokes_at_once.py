"""Strokes of several people at the very same instant: both are kept, on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from tests import city as small
from tests.city import DONGGUAN, WENCHANG, City
from tests.territory.planning import do, drafted, halves
from yige.base.access import Actor, Role
from yige.kernel.errors import Refusal
from yige.kernel.ids import new_id
from yige.territory import stroke_queries
from yige.territory.errors import StrokeClash
from yige.territory.models import Plan, PlanGrid, PlanStroke

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 3
Stroke = tuple[Actor, list[str], int]


@pytest.fixture
def town(transactional_db: None) -> City:
    return small.build()


def planner(name: str) -> Actor:
    return Actor(role=Role.PLANNER, area=WENCHANG[:6], account=new_id(), name=name)


def drawn_at_once(
    plan: Plan, strokes: Sequence[Stroke], *, based_on: int | None = None
) -> list[Refusal | UUID]:
    """Draw strokes in threads that set off together; return the id or refusal of each."""
    ready = Barrier(len(strokes))

    def draw(stroke: Stroke) -> Refusal | UUID:
        actor, units, label = stroke
        ready.wait(timeout=30)
        try:
            return do("territory.move_units", actor=actor, plan=plan.id, units=units, label=label,
                      based_on=based_on).id  # fmt: skip
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(strokes)) as pool:
        return list(pool.map(draw, strokes))


def labels_of(plan: Plan) -> dict[str, int]:
    return dict(plan.units.values_list("unit__code", "label"))


def test_two_strokes_at_the_same_instant_are_both_kept(town: City) -> None:
    plan = drafted(halves())
    anna, bo = planner("安"), planner("博")
    for place in range(ROUNDS):
        here, there = town.unit(WENCHANG, 2 + 6 * place), town.unit(WENCHANG, 3 + 6 * place)
        seen = Plan.objects.get(id=plan.id).version

        kept = drawn_at_once(plan, [(anna, [here], 2), (bo, [there], 1)], based_on=seen)

        assert [type(each) for each in kept] == [UUID, UUID]
        found = labels_of(plan)
        assert (found[here], found[there]) == (2, 1)
    assert PlanStroke.objects.filter(plan=plan).count() == 2 * ROUNDS


def test_the_figures_after_many_strokes_at_once_are_those_of_all_units(town: City) -> None:
    plan = drafted(halves())
    strokes = [
        (planner(f"规划员{place}"), [town.unit(community, 2 + 6 * place)], label)
        for place in range(4)
        for community, label in ((WENCHANG, 2), (DONGGUAN, 4))
    ]

    kept = drawn_at_once(plan, strokes)

    assert {type(each) for each in kept} == {UUID}
    versions = PlanStroke.objects.filter(plan=plan).values_list("version", flat=True)
    assert len(set(versions)) == len(strokes)
    homes = dict(PlanGrid.objects.filter(plan=plan).values_list("label", "households"))
    assert (homes[1], homes[2], homes[3], homes[4]) == (160, 320, 160, 320)


def test_of_two_on_the_same_units_one_is_told_who_was_first_and_both_can_be_taken_back(
    town: City,
) -> None:
    plan = drafted(halves())
    anna, bo = planner("安"), planner("博")
    unit = town.unit(WENCHANG, 2)
    seen = Plan.objects.get(id=plan.id).version
    with_new_grid = do("territory.move_units", actor=anna, plan=plan.id,
                       units=[town.unit(WENCHANG, 5)], based_on=seen)  # fmt: skip
    label = int(str(with_new_grid.result["label"]))
    seen = Plan.objects.get(id=plan.id).version

    kept = drawn_at_once(plan, [(anna, [unit], 2), (bo, [unit], label)], based_on=seen)

    [refusal] = [each for each in kept if isinstance(each, Refusal)]
    assert isinstance(refusal, StrokeClash)
    winner = PlanStroke.objects.filter(plan=plan).order_by("-version").first()
    assert winner is not None
    assert labels_of(plan)[unit] == winner.label
    assert refusal.facts["by"] == winner.author


def test_two_who_take_back_at_the_same_instant_take_back_their_own(town: City) -> None:
    plan = drafted(halves())
    anna, bo = planner("安"), planner("博")
    before = labels_of(plan)
    drawn_at_once(plan, [(anna, [town.unit(WENCHANG, 2)], 2), (bo, [town.unit(WENCHANG, 9)], 1)])
    ready = Barrier(2)

    def take_back(actor: Actor) -> None:
        ready.wait(timeout=30)
        try:
            do("territory.undo_stroke", actor=actor, plan=plan.id)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(take_back, (anna, bo)))

    assert labels_of(plan) == before
    assert stroke_queries.steps_of(anna, plan.id) == stroke_queries.Steps(undo=0, redo=1)
    assert stroke_queries.steps_of(bo, plan.id) == stroke_queries.Steps(undo=0, redo=1)
