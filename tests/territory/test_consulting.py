from datetime import timedelta

import pytest

from tests.api.seats import seat
from tests.city import CODE, DONGGUAN, WENCHANG, YONGAN, City
from tests.territory.planning import NOON, PLANNER, do, drafted, halves
from yige.base import listeners
from yige.base.access import Actor, Role
from yige.base.commands import NotAllowed
from yige.channels.models import Notice
from yige.kernel import clock
from yige.kernel.ids import new_id
from yige.territory import access, consult_queries
from yige.territory.errors import (
    CommentMissing,
    LabelUnknown,
    NothingSaid,
    PlanMissing,
    PlanState,
    UntilPast,
)
from yige.territory.models import Plan, PlanComment, PlanGrid

TOMORROW = (clock.now() + timedelta(days=1)).date().isoformat()
STATION = Actor(role=Role.STATION, area=WENCHANG, account=new_id(), name="文昌站")
TOWN = Actor(role=Role.INTAKE, area=WENCHANG[:9], account=new_id(), name="镇受理")
PLATFORM = Actor(role=Role.PLATFORM, area=CODE, account=new_id(), name="平台")


def seated(name: str, role: Role, area: str) -> Actor:
    account, post = seat(name, role, area)
    return Actor(role=role, area=area, account=account.id, post=post.id, name=name)


def proposed(*, asked: bool = True) -> Plan:
    plan = drafted(halves())
    do("territory.propose_plan", plan=plan.id)
    if asked:
        do("territory.consult_plan", plan=plan.id, until=TOMORROW)
    return Plan.objects.get(id=plan.id)


def said(plan: Plan, actor: Actor = STATION, **more: object) -> PlanComment:
    outcome = do("territory.comment_plan", clock.now(), actor, plan=plan.id, **more)
    return PlanComment.objects.get(id=outcome.id)


@pytest.mark.parametrize("desk", [STATION, TOWN], ids=["station", "town"])
def test_a_desk_sees_a_proposal_it_is_asked_about_and_only_its_own_part(
    city: City, desk: Actor
) -> None:
    plan = proposed()

    seen = access.shown_plan_for(desk, plan.id, at=clock.now())

    assert access.part_shown(desk, seen) == desk.area


def test_a_proposal_that_nobody_was_asked_about_is_seen_by_no_desk(city: City) -> None:
    plan = proposed(asked=False)

    with pytest.raises(PlanMissing):
        access.shown_plan_for(STATION, plan.id, at=clock.now())


def test_after_the_last_day_the_proposal_is_shut_again(city: City) -> None:
    plan = proposed()

    assert access.shown_plans(STATION, at=clock.now()).exists()
    assert not access.shown_plans(STATION, at=clock.now() + timedelta(days=2)).exists()
    with pytest.raises(PlanMissing):
        do("territory.comment_plan", clock.now(), STATION, plan=new_id(), text="晚了")
    assert plan.consulted_until


def test_a_plan_that_is_taken_back_is_no_longer_open(city: City) -> None:
    plan = proposed()

    do("territory.withdraw_plan", plan=plan.id)

    assert not access.shown_plans(STATION, at=clock.now()).exists()


def test_a_grid_worker_and_a_station_elsewhere_see_nothing(city: City) -> None:
    area = WENCHANG[:9]
    plan = drafted(halves(area), area=area)
    do("territory.propose_plan", plan=plan.id)
    do("territory.consult_plan", plan=plan.id, until=TOMORROW)
    worker = Actor(role=Role.GRID_WORKER, area=f"{WENCHANG}001", account=new_id())
    elsewhere = Actor(role=Role.STATION, area=YONGAN, account=new_id())

    for actor in (worker, elsewhere):
        assert not access.shown_plans(actor, at=clock.now()).exists()


def test_only_a_proposal_is_put_before_the_communities_and_only_for_days_to_come(
    city: City,
) -> None:
    plan = drafted(halves())

    with pytest.raises(PlanState):
        do("territory.consult_plan", plan=plan.id, until=TOMORROW)
    do("territory.propose_plan", plan=plan.id)
    with pytest.raises(UntilPast):
        do("territory.consult_plan", NOON, plan=plan.id, until="2026-05-31")


def test_a_station_speaks_of_its_own_grids_only(city: City) -> None:
    plan = proposed()
    own = PlanGrid.objects.filter(plan=plan, community_code=WENCHANG).first()
    other = PlanGrid.objects.filter(plan=plan, community_code=DONGGUAN).first()
    assert own
    assert other

    comment = said(plan, label=own.label, text="这一格太散")

    assert comment.area_code == WENCHANG
    with pytest.raises(LabelUnknown):
        said(plan, label=other.label, text="也说两句")


def test_nothing_is_no_comment_and_a_stand_is_taken_by_those_who_are_asked(city: City) -> None:
    plan = proposed()

    with pytest.raises(NothingSaid):
        said(plan, text=" ")
    with pytest.raises(NotAllowed):
        said(plan, PLATFORM, stance="agree")
    assert said(plan, stance="agree").stance == "agree"


def test_the_planner_sees_who_has_answered_those_who_object_first(city: City) -> None:
    plan = proposed()
    said(plan, stance="agree")
    said(plan, stance="object", text="改主意了")
    said(plan, TOWN, stance="agree")
    comments = consult_queries.comments_of(PLANNER, plan)

    replies = consult_queries.replies_to([WENCHANG, DONGGUAN], comments)

    assert (replies[0].code, replies[0].stance) == (WENCHANG, "object")
    assert {reply.code: reply.stance for reply in replies} == {
        WENCHANG: "object", DONGGUAN: "", WENCHANG[:9]: "agree"}  # fmt: skip


def test_a_station_reads_what_its_own_community_said_and_what_was_answered(city: City) -> None:
    plan = proposed()
    mine, others = said(plan, text="太大"), said(plan, TOWN, text="可以")
    do("territory.answer_comment", comment=mine.id, text="已改小", is_settled=True)

    [seen] = consult_queries.comments_of(STATION, plan)

    assert (seen.id, seen.answer, seen.is_settled) == (mine.id, "已改小", True)
    assert {row.id for row in consult_queries.comments_of(PLANNER, plan)} == {mine.id, others.id}


def test_a_planner_elsewhere_answers_no_comment_of_ours(city: City) -> None:
    comment = said(proposed(), text="太大")
    elsewhere = Actor(role=Role.PLANNER, area=YONGAN[:9], account=new_id())

    with pytest.raises(CommentMissing):
        do("territory.answer_comment", NOON, elsewhere, comment=comment.id, text="好")


def test_desks_planners_and_authors_are_told(city: City) -> None:
    station = seated("站长", Role.STATION, WENCHANG)
    planner = seated("规划", Role.PLANNER, CODE)
    plan = proposed()
    comment = said(plan, station, text="太大")
    do("territory.answer_comment", clock.now(), planner, comment=comment.id, text="好")

    listeners.hear_all()

    told = {(notice.account, notice.about) for notice in Notice.objects.all()}
    assert told == {
        (station.account, "territory.plan_consulted"),
        (planner.account, "territory.plan_commented"),
        (station.account, "territory.comment_answered"),
    }
