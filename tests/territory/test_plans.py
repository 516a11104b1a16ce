from json import loads

import pytest

from tests.city import CODE, DONGGUAN, WENCHANG, YONGAN, City
from tests.territory.planning import NOON, PLANNER, do, drafted, halves
from tests.territory.survey_files import work
from yige.base.access import Actor, Role
from yige.base.commands import BodyInvalid, NotAllowed
from yige.base.jobs import ask_to_cancel
from yige.base.models import Job
from yige.kernel.errors import Refusal
from yige.territory.errors import (
    AreaUnknown,
    LabelUnknown,
    OtherCommunity,
    PlanState,
    RangeWrong,
    UnitsUnknown,
)
from yige.territory.models import Plan, PlanGrid, Unit


@pytest.mark.slow
def test_a_draft_is_divided_by_a_job_into_grids_in_range(surveyed: City) -> None:
    do("territory.draft_plan", name="首次划分", area=CODE, lower=200, upper=300, seed=7)

    work()

    plan = Plan.objects.get()
    grids = list(plan.grids.order_by("label"))
    assert [g.community_code for g in grids] == [WENCHANG] * 2 + [DONGGUAN] * 2 + [YONGAN] * 2
    assert all(200 <= g.households <= 300 and g.pieces == 1 for g in grids)
    assert (plan.state, plan.units.count()) == (Plan.DRAFT, 72)
    assert loads(plan.objective)["cut_edges"] > 0
    assert Job.objects.get().state == Job.DONE


@pytest.mark.slow
def test_what_makes_a_range_impossible_is_named(surveyed: City) -> None:
    Unit.objects.filter(code=surveyed.unit(WENCHANG, 0)).update(households=900)

    do("territory.draft_plan", name="不可能", area=WENCHANG, lower=200, upper=300)
    work()

    obstacles = loads(Plan.objects.get().objective)["obstacles"]
    assert [o["community"] for o in obstacles] == [WENCHANG]


def test_a_job_that_is_cancelled_leaves_the_draft_empty(surveyed: City) -> None:
    do("territory.draft_plan", name="取消", area=CODE, lower=200, upper=300)
    ask_to_cancel(Job.objects.get())

    work()

    assert Job.objects.get().state == Job.CANCELLED
    assert not PlanGrid.objects.exists()


def test_the_figures_follow_each_move(city: City) -> None:
    plan = drafted(halves())

    do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 2)], label=2)

    first, second = plan.grids.filter(community_code=WENCHANG).order_by("label")
    assert (first.households, first.units, first.pieces) == (220, 11, 1)
    assert (second.households, second.units, second.pieces) == (260, 13, 1)
    assert loads(second.facts)["split_compounds"] == ["文昌花园"]
    assert Plan.objects.get().version == plan.version + 1


def test_a_grid_torn_in_two_shows_its_pieces(city: City) -> None:
    plan = drafted(halves())

    do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 0)], label=2)

    assert plan.grids.get(label=2).pieces == 2


def test_a_move_may_open_a_grid_and_empty_another(city: City) -> None:
    plan = drafted(halves())
    left = [u for u, label in halves().items() if label == 0]

    do("territory.move_units", plan=plan.id, units=left)

    labels = list(plan.grids.order_by("label").values_list("label", "households"))
    assert labels == [(n, 240) for n in (2, 3, 4, 5, 6, 7)]


def test_units_stay_in_their_community(city: City) -> None:
    plan = drafted(halves())

    with pytest.raises(OtherCommunity) as refusal:
        do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 0)], label=3)

    assert refusal.value.facts["communities"] == [WENCHANG, DONGGUAN]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"units": ["370683001001999999"], "label": 2}, UnitsUnknown),
        ({"units": [f"{WENCHANG}000001"], "label": 99}, LabelUnknown),
        ({"units": [], "label": 2}, BodyInvalid),
        ({"units": ["文昌"], "label": 2}, BodyInvalid),
        ({"units": [f"{WENCHANG}000001"], "label": -1}, BodyInvalid),
    ],
)
def test_a_move_that_names_what_is_not_there_is_refused(
    city: City, said: dict[str, object], error: type[Refusal]
) -> None:
    plan = drafted(halves())

    with pytest.raises(error):
        do("territory.move_units", plan=plan.id, **said)

    assert Plan.objects.get().version == plan.version


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"lower": 400, "upper": 200}, RangeWrong),
        ({"area": "370699"}, AreaUnknown),
        ({"area": f"{WENCHANG}001"}, BodyInvalid),
        ({"lower": -1}, BodyInvalid),
        ({"upper": 10**9}, BodyInvalid),
        ({"name": ""}, BodyInvalid),
        ({"name": "x" * 10_000}, BodyInvalid),
        ({"keep": "everything"}, BodyInvalid),
    ],
)
def test_a_draft_that_cannot_be_is_refused(
    city: City, said: dict[str, object], error: type[Refusal]
) -> None:
    body = {"name": "方案", "area": CODE, "lower": 200, "upper": 400} | said
    actor = Actor(role=Role.SYSTEM, account=PLANNER.account)

    with pytest.raises(error):
        do("territory.draft_plan", NOON, actor, **body)

    assert not Plan.objects.exists()


def test_a_proposal_stands_still_until_it_is_withdrawn(city: City) -> None:
    plan = drafted(halves())
    do("territory.propose_plan", plan=plan.id)

    with pytest.raises(PlanState):
        do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 2)], label=2)
    do("territory.withdraw_plan", plan=plan.id)
    do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 2)], label=2)

    assert Plan.objects.get().state == Plan.DRAFT


def test_a_draft_thrown_away_takes_its_job_along(city: City) -> None:
    plan = drafted(halves())

    do("territory.delete_plan", plan=plan.id)

    assert not Plan.objects.exists()
    assert Job.objects.get().state == Job.CANCELLED


@pytest.mark.parametrize("role", [Role.PLATFORM, Role.STATION, Role.GRID_WORKER, Role.RESIDENT])
def test_who_does_not_plan_does_not_draft(city: City, role: Role) -> None:
    said = {"name": "方案", "area": CODE, "lower": 200, "upper": 400}

    with pytest.raises(NotAllowed):
        do("territory.draft_plan", actor=Actor(role=role, area=CODE), **said)
