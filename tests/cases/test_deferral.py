"""What came too late for its author is taken over by the present holder, or dropped."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Q

from tests.cases.offices import MONDAY, STAIRS, Offices, do, hours, report, step
from tests.city import WENCHANG
from yige.base import deferred, listeners
from yige.base.access import RESIDENT, Actor
from yige.base.commands import NotAllowed, Outcome
from yige.base.deferred import DeferralClosed, NoSuchDeferral
from yige.base.models import Deferral
from yige.cases.errors import NoSuchCase
from yige.cases.models import Case
from yige.channels.models import Notice
from yige.kernel.ids import new_id
from yige.territory import net
from yige.territory.models import Grid, Membership

LATER = MONDAY + timedelta(days=1)


def move_unit(offices: Offices, nth: int, *, serial: int, at: datetime) -> str:
    """Give a unit of Wenchang to another grid, and its open cases with it, as adoption does."""
    unit, grid = offices.city.unit(WENCHANG, nth), offices.city.grid(WENCHANG, serial)
    held = Membership.objects.filter(Q(valid_until=None), unit__code=unit)
    of_unit = held.get().unit
    held.update(valid_until=at)
    Membership.objects.create(unit=of_unit, grid=Grid.objects.get(code=grid), valid_from=at)
    net.bump(at=at)
    Case.open_rows().filter(unit_code=unit).update(area_code=grid)
    return grid


def offline(name: str, body: dict[str, object], by: Actor, **more: object) -> Outcome:
    """Send on Tuesday what was made on Monday."""
    return do(f"cases.{name}", body, by=by, at=LATER, made_at=MONDAY, **more)  # type: ignore[arg-type]


def test_a_step_on_a_case_that_moved_goes_to_the_present_worker(offices: Offices) -> None:
    case = report(offices)
    grid = move_unit(offices, 0, serial=2, at=MONDAY + hours(5))

    outcome = offline("accept", {"case": str(case.id)}, offices["worker"])

    assert outcome.outcome == "deferred"
    waiting = deferred.waiting(offices["neighbour"])
    assert [(w.id, w.author, w.area_code) for w in waiting] == [(outcome.id, "worker", grid)]
    assert Case.objects.get(id=case.id).state == "received"


def test_the_present_worker_takes_it_over(offices: Offices) -> None:
    case = report(offices)
    move_unit(offices, 0, serial=2, at=MONDAY + hours(5))
    outcome = offline("accept", {"case": str(case.id)}, offices["worker"])

    do("base.take_over_deferred", {"deferral": str(outcome.id)}, by=offices["neighbour"], at=LATER)

    assert Case.objects.get(id=case.id).state == "accepted"
    assert deferred.waiting(offices["neighbour"]) == []
    with pytest.raises(DeferralClosed):
        do("base.drop_deferred", {"deferral": str(outcome.id), "reason": "x"},
           by=offices["neighbour"], at=LATER)  # fmt: skip


def test_a_repeat_of_what_was_deferred_says_the_same(offices: Offices) -> None:
    case, sent = report(offices), new_id()
    move_unit(offices, 0, serial=2, at=MONDAY + hours(5))

    first = offline("accept", {"case": str(case.id)}, offices["worker"], id=sent)
    again = offline("accept", {"case": str(case.id)}, offices["worker"], id=sent)

    assert (again.outcome, again.result, again.is_repeat) == ("deferred", first.result, True)
    assert Deferral.objects.count() == 1


def test_what_was_never_the_workers_is_no_deferral(offices: Offices) -> None:
    case = report(offices, nth=4)

    with pytest.raises(NoSuchCase):
        offline("accept", {"case": str(case.id)}, offices["worker"])


def test_a_step_made_after_the_case_had_moved_is_no_deferral(offices: Offices) -> None:
    case = report(offices)
    move_unit(offices, 0, serial=2, at=MONDAY - hours(5))

    with pytest.raises(NoSuchCase):
        offline("accept", {"case": str(case.id)}, offices["worker"])


def test_a_chain_of_somebody_who_left_is_taken_over_step_by_step(offices: Offices) -> None:
    """Reported, taken in hand and done offline; the post had ended before it was sent."""
    opened, handled, finished = new_id(), new_id(), new_id()
    worker, body = offices["worker"], {"case": str(opened)}
    place = {"unit_code": offices.city.unit(WENCHANG, 0)}
    offices.leave("worker", at=MONDAY + hours(1))

    outcomes = [
        offline("open", {"text": "杂物", "category": STAIRS, "place": place}, worker,
                id=opened, is_late=True),
        offline("handle", body, worker, id=handled, based_on=opened, is_late=True),
        offline("done", body | {"text": "清了"}, worker, id=finished, based_on=handled,
                is_late=True),
    ]  # fmt: skip
    assert [outcome.outcome for outcome in outcomes] == ["deferred"] * 3
    for waiting in deferred.waiting(offices["station"]):
        do("base.take_over_deferred", {"deferral": str(waiting.id)}, by=offices["station"],
           at=LATER)  # fmt: skip

    case = Case.objects.get(id=opened)
    assert case.state == "to_verify"


def test_who_left_cannot_do_late_what_the_post_never_could(offices: Offices) -> None:
    case = report(offices)

    with pytest.raises(NotAllowed):
        offline("void", {"case": str(case.id), "text": "x"}, offices["worker"], is_late=True)
    with pytest.raises(NotAllowed):
        offline(
            "accept", {"case": str(report(offices, nth=4).id)}, offices["worker"], is_late=True
        )


def test_a_deferred_step_may_be_dropped_with_a_reason(offices: Offices) -> None:
    case = report(offices)
    move_unit(offices, 0, serial=2, at=MONDAY + hours(5))
    outcome = offline("accept", {"case": str(case.id)}, offices["worker"])

    do("base.drop_deferred", {"deferral": str(outcome.id), "reason": "已由我处理"},
       by=offices["neighbour"], at=LATER)  # fmt: skip

    held = deferred.visible_deferrals(offices["worker"]).get()
    assert (held.state, held.reason) == ("dropped", "已由我处理")


def test_only_whoever_covers_the_area_takes_over(offices: Offices) -> None:
    case = report(offices)
    move_unit(offices, 0, serial=2, at=MONDAY + hours(5))
    outcome = offline("accept", {"case": str(case.id)}, offices["worker"])
    body = {"deferral": str(outcome.id)}

    for name in ("worker", "other station"):
        with pytest.raises(NoSuchDeferral):
            do("base.take_over_deferred", body, by=offices[name], at=LATER)
    for actor in (offices["lamps"], offices["commander"], RESIDENT):
        with pytest.raises(NotAllowed):
            do("base.take_over_deferred", body, by=actor, at=LATER)
    assert deferred.waiting(offices["lamps"]) == []


def test_the_present_holder_is_told(offices: Offices) -> None:
    case = report(offices)
    move_unit(offices, 0, serial=2, at=MONDAY + hours(5))
    offline("accept", {"case": str(case.id)}, offices["worker"])

    listeners.hear_all()

    told = Notice.objects.filter(about="base.command_deferred")
    assert [notice.account for notice in told] == [offices["neighbour"].account]


def test_a_clock_a_week_ahead_counts_as_now_and_one_behind_as_said(offices: Offices) -> None:
    case = report(offices)
    moved = MONDAY + hours(5)
    move_unit(offices, 0, serial=2, at=moved)
    body = {"case": str(case.id)}

    with pytest.raises(NoSuchCase):
        do("cases.accept", body, by=offices["worker"], at=LATER, made_at=LATER + timedelta(days=7))
    behind = do("cases.accept", body, by=offices["worker"], at=LATER,
                made_at=LATER - timedelta(days=7))  # fmt: skip

    assert behind.outcome == "deferred"
    assert step("accept", case, offices["neighbour"], at=LATER).responded_at == LATER
