"""Time: reminders, escalation, parking, extension, archiving; what the house does by itself."""

from datetime import timedelta

import pytest
from django.utils.timezone import localtime

from tests.cases.offices import FIRE, LAMP, MONDAY, STAIRS, Offices, do, hours, report, step
from yige.base.access import SYSTEM
from yige.base.commands import NotAllowed
from yige.base.models import Entry
from yige.cases.errors import DateWrong, NoSuchCase
from yige.cases.models import Case, ClockSpan
from yige.channels.models import Notice

DAY = timedelta(days=1)


def watch(case: Case) -> Case:
    """Let the house look at a case at the moment it noted for itself."""
    now = Case.objects.get(id=case.id)
    assert now.watch_at is not None
    do("cases.watch", {"case": str(case.id)}, by=SYSTEM, at=now.watch_at)
    return Case.objects.get(id=case.id)


def told(about: str) -> set[str]:
    """Name who was told something."""
    accounts = Notice.objects.filter(about=about).values_list("account", flat=True)
    return {str(account) for account in accounts}


def test_a_report_that_nobody_answers_climbs_to_the_city(offices: Offices) -> None:
    case = report(offices)
    levels = [case.level]

    while case.level != "city":
        case = watch(case)
        levels.append(case.level)

    assert list(dict.fromkeys(levels)) == ["grid", "community", "town", "city"]
    assert case.state == "received"
    assert case.watch_at is not None


def test_at_three_quarters_the_holder_is_reminded_then_the_intake_then_the_city(
    offices: Offices,
) -> None:
    case = step("handle", report(offices, category=STAIRS), offices["worker"])
    assert case.watch_at is not None
    assert MONDAY + 2 * DAY < case.watch_at < MONDAY + 3 * DAY

    case = watch(case)
    assert case.attention == 1
    assert told("cases.due_soon") == {str(offices["worker"].account)}
    case = watch(case)
    assert case.attention == 2
    assert str(offices["intake"].account) in told("cases.overdue")
    case = watch(case)

    assert case.attention == 3
    assert str(offices["platform"].account) in told("cases.overdue")
    assert (case.state, case.level) == ("handling", "grid")


def test_a_case_that_stays_undone_is_told_again_every_working_day(offices: Offices) -> None:
    case = step("handle", report(offices, category=STAIRS), offices["worker"])
    while case.attention < 3:
        case = watch(case)
    before = Notice.objects.filter(about="cases.waiting_long").count()

    case = watch(watch(case))

    assert Notice.objects.filter(about="cases.waiting_long").count() == before + 2


def test_what_is_due_at_night_is_told_at_night(offices: Offices) -> None:
    midnight = MONDAY + hours(15)
    case = step(
        "handle", report(offices, category=FIRE, at=midnight), offices["worker"], at=midnight
    )

    case = watch(case)

    assert case.attention == 1
    assert case.watch_at == midnight + hours(2)


def test_an_unsigned_case_is_taken_back_by_the_desk_that_gave_it(offices: Offices) -> None:
    case = step("accept", report(offices, category=LAMP), offices["worker"])
    case = step("dispatch", case, offices["station"],
                organisation=str(offices["lamps"].organisation))  # fmt: skip

    case = watch(case)

    assert (case.state, case.level, case.organisation) == ("to_dispatch", "community", None)
    assert str(offices["station"].account) in told("cases.sent_back")


def test_a_follow_up_that_nobody_answers_ends_after_a_week(offices: Offices) -> None:
    case = step("settle", report(offices), offices["worker"], text="好了")

    case = watch(case)

    assert (case.state, case.closed_at) == ("closed", MONDAY + 7 * DAY)
    assert case.watch_at is None


def test_a_parked_case_rests_and_wakes_with_the_time_that_was_left(offices: Offices) -> None:
    case = step("accept", report(offices, category=STAIRS), offices["worker"], at=MONDAY)
    due = case.finish_by
    assert due is not None

    case = step("park", case, offices["platform"], text="等供电检修", at=MONDAY + DAY,
                until=(MONDAY + 8 * DAY).isoformat())  # fmt: skip
    assert (case.state, case.act_by) == ("parked", MONDAY + 8 * DAY)
    case = watch(case)

    assert case.state == "to_dispatch"
    assert case.finish_by == due + 7 * DAY
    running = ClockSpan.objects.filter(case=case, clock="finish").values_list(
        "is_running", flat=True
    )
    assert list(running.order_by("started_at")) == [True, False, True]


def test_only_the_city_parks_and_only_for_a_time(offices: Offices) -> None:
    case = step("accept", report(offices), offices["worker"])

    with pytest.raises(NotAllowed):
        step("park", case, offices["station"], text="x", until=(MONDAY + DAY).isoformat())
    for until in (MONDAY - DAY, MONDAY + 400 * DAY):
        with pytest.raises(DateWrong):
            step("park", case, offices["platform"], text="x", until=until.isoformat())


def test_more_time_is_granted_from_above_with_a_reason(offices: Offices) -> None:
    case = report(offices, category=STAIRS)
    until = MONDAY + 10 * DAY

    with pytest.raises(NotAllowed):
        step("extend", case, offices["worker"], text="要等料", until=until.isoformat())
    with pytest.raises(DateWrong) as early:
        step("extend", case, offices["intake"], text="x", until=(MONDAY + hours(1)).isoformat())
    case = step("extend", case, offices["intake"], text="要等料", until=until.isoformat())

    assert (case.finish_by, case.extended) == (until, 1)
    assert early.value.facts["until"] == f"{localtime(MONDAY + hours(1)):%Y-%m-%d %H:%M}"


def test_supervision_tells_the_holder(offices: Offices) -> None:
    case = step("supervise", report(offices), offices["commander"], text="群众反映强烈")

    assert case.is_supervised
    assert told("cases.supervised") == {str(offices["worker"].account)}


def test_ended_cases_are_archived_together_after_a_month(offices: Offices) -> None:
    old = step("settle", report(offices), offices["worker"], text="好了")
    step("close", old, offices["station"])
    new = step("settle", report(offices), offices["worker"], text="好了", at=MONDAY + 25 * DAY)
    step("close", new, offices["station"], at=MONDAY + 25 * DAY)

    outcome = do("cases.archive", {"before": (MONDAY + DAY).isoformat()}, by=SYSTEM,
                 at=MONDAY + 31 * DAY)  # fmt: skip

    assert outcome.result == {"archived": 1}
    assert Case.objects.get(id=old.id).state == "archived"
    assert Case.objects.get(id=new.id).state == "closed"


def test_the_house_watches_no_case_that_ended_and_nobody_else_may(offices: Offices) -> None:
    case = step("void", report(offices), offices["intake"], text="误报")

    with pytest.raises(NoSuchCase):
        do("cases.watch", {"case": str(case.id)}, by=SYSTEM)
    with pytest.raises(NotAllowed):
        do("cases.watch", {"case": str(case.id)}, by=offices["platform"])


def test_looking_too_early_does_nothing(offices: Offices) -> None:
    case = report(offices)

    outcome = do("cases.watch", {"case": str(case.id)}, by=SYSTEM, at=MONDAY + hours(0.1))

    assert outcome.result == {"did": "", "attention": 0}
    assert Entry.objects.get(id=outcome.id).events_digest == ""
