import pytest

from tests.city import CODE, VILLAGE, YONGAN, City
from tests.territory.planning import NOON, PLANNER, do, drafted, halves
from tests.territory.survey_files import work
from yige.base.access import Actor, Role
from yige.base.models import Job
from yige.kernel.ids import new_id
from yige.territory import plan_jobs
from yige.territory.errors import NothingRuns, NothingToDivide, PlanMissing
from yige.territory.models import Plan


def begun(area: str = CODE) -> Plan:
    body = {"name": "方案", "area": area, "lower": 200, "upper": 400}
    return Plan.objects.get(id=do("territory.draft_plan", **body).result["id"])


def test_a_colleague_sees_how_far_a_division_is_and_stops_it(city: City) -> None:
    plan = begun()
    colleague = Actor(role=Role.PLANNER, area=CODE, account=new_id(), name="同事")

    seen = plan_jobs.work_on(colleague, plan.id)
    do("territory.stop_division", NOON, colleague, plan=plan.id)

    assert seen is not None
    assert seen.state == Job.WAITING
    work()
    after = plan_jobs.work_on(PLANNER, plan.id)
    assert after is not None
    assert after.state == Job.CANCELLED
    assert not plan.grids.exists()


def test_a_division_that_is_stopped_leaves_the_grids_that_were_there(city: City) -> None:
    plan = drafted(halves())
    before = dict(plan.units.values_list("unit__code", "label"))
    do("territory.divide_again", plan=plan.id)

    do("territory.stop_division", plan=plan.id)

    assert dict(plan.units.values_list("unit__code", "label")) == before


def test_what_has_ended_cannot_be_stopped(city: City) -> None:
    plan = begun()
    work()

    with pytest.raises(NothingRuns):
        do("territory.stop_division", plan=plan.id)


def test_the_work_on_a_plan_elsewhere_is_not_seen(city: City) -> None:
    plan = begun()
    elsewhere = Actor(role=Role.PLANNER, area=YONGAN[:9], account=new_id())

    with pytest.raises(PlanMissing):
        plan_jobs.work_on(elsewhere, plan.id)


def test_a_division_that_was_refused_says_why(city: City) -> None:
    plan = begun(VILLAGE)

    work()

    refused = plan_jobs.work_on(PLANNER, plan.id)
    assert refused is not None
    assert (refused.state, refused.refusal["code"]) == (Job.FAILED, NothingToDivide.code)
