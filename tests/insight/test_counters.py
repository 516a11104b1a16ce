"""Counters follow the journal, count no event twice, and show drift."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.utils.timezone import get_default_timezone

from tests.cases.offices import LAMP, MONDAY, STAIRS, Offices, do, report, step
from tests.city import CODE, DONGGUAN, WENCHANG
from yige.base import listeners
from yige.base.access import RESIDENT, within
from yige.base.jobs import JOBS
from yige.cases import tracking
from yige.insight import counters, queries
from yige.insight.counting import WHAT
from yige.insight.models import Counter
from yige.kernel.ids import new_id

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


class NoWork:
    """A job's work whose progress nobody watches."""

    def progress(self, done: float, step: str = "") -> None:
        assert 0 <= done <= 1


def figures(area: str = CODE, **where: Any) -> dict[str, int]:
    """Return what has been counted, without zeros."""
    listeners.hear_all()
    held = Counter.objects.filter(within(area), **where)
    sums = held.aggregate(**{f"sum_{what}": Sum(what) for what in WHAT})
    return {what: sums[f"sum_{what}"] for what in WHAT if sums[f"sum_{what}"]}


def test_a_report_counts_in_its_grid_and_in_every_area_above(offices: Offices) -> None:
    report(offices, by=offices["worker"])
    report(offices, community=DONGGUAN)

    grid = offices.city.grid(WENCHANG, 1)
    assert figures(grid) == {"received": 1, "found": 1, "due": 1}
    assert figures("370683001") == {"received": 2, "found": 1, "due": 2}
    assert figures(CODE, category=STAIRS) == {"received": 2, "found": 1, "due": 2}
    assert figures("370683002") == {}


def test_what_is_due_counts_on_the_day_it_is_due(offices: Offices) -> None:
    case = report(offices)
    assert case.finish_by is not None
    day = case.finish_by.astimezone(get_default_timezone()).date()

    assert figures(day=TODAY) == {"received": 1}
    assert figures(day=day) == {"due": 1}


def test_handled_in_time_and_too_late_are_told_apart(offices: Offices) -> None:
    step("settle", report(offices), offices["worker"], text="好了")
    step("settle", report(offices), offices["worker"], text="好了", at=MONDAY + 9 * DAY)

    found = figures()

    assert (found["due"], found["on_time"], found["handled"]) == (2, 1, 2)
    assert (found["responded"], found["quickly"]) == (2, 1)


def test_a_rework_takes_back_what_was_in_time(offices: Offices) -> None:
    case = step("handle", report(offices), offices["worker"])
    case = step("done", case, offices["worker"], text="好了")
    assert figures()["on_time"] == 1

    case = step("rework", case, offices["station"], text="没好", at=MONDAY + DAY)

    found = figures()
    assert (found.get("on_time"), found.get("handled"), found["due"]) == (None, None, 1)
    step("handle", case, offices["worker"], at=MONDAY + 20 * DAY)
    step("done", case, offices["worker"], text="好了", at=MONDAY + 20 * DAY)
    assert figures().get("on_time") is None
    assert figures()["due"] == 1


def test_a_void_case_was_never_due(offices: Offices) -> None:
    step("void", report(offices), offices["intake"], text="误报")

    assert figures() == {"received": 1, "responded": 1, "quickly": 1, "dropped": 1}


def test_more_time_moves_the_day_it_is_due(offices: Offices) -> None:
    until = MONDAY + 10 * DAY
    step("extend", report(offices), offices["intake"], text="等料", until=until.isoformat())

    assert figures(day=TODAY + 10 * DAY) == {"due": 1}
    assert figures()["due"] == 1
    assert figures()["extended"] == 1


def test_another_category_takes_what_is_due_with_it(offices: Offices) -> None:
    step("reclassify", report(offices), offices["worker"], category=LAMP)

    assert figures(category=STAIRS) == {"received": 1}
    assert figures(category=LAMP) == {"due": 1}


def test_ratings_answers_and_reopenings_are_counted(offices: Offices) -> None:
    good, poor, silent = (
        step("settle", report(offices), offices["worker"], text="好了") for _ in range(3)
    )
    step("rate", good, offices["station"], rating=5, is_solved=True)
    step("close", silent, offices["station"], is_reached=False)
    sent = new_id()
    body = {"case": str(poor.id), "text": "没好", "proof": tracking.proof_of(poor.id, sent)}
    do("cases.reopen", body, by=RESIDENT, id=sent)

    found = figures()

    assert (found["rated"], found["satisfied"], found["solved"]) == (1, 1, 1)
    assert (found["not_reached"], found["reopened"], found["unsolved"]) == (1, 1, 1)
    assert found["closed"] == 2
    assert found["due"] == 4


def test_a_day_is_the_citys_own(offices: Offices) -> None:
    report(offices, at=MONDAY + timedelta(hours=15, minutes=30))

    assert figures(day=TODAY + DAY)["received"] == 1


def test_hearing_twice_counts_once(offices: Offices) -> None:
    report(offices)
    before = figures()

    assert figures() == before


def test_drift_is_found_told_and_put_right(offices: Offices) -> None:
    report(offices)
    right = figures()
    Counter.objects.filter(received=1).update(received=7)
    Counter.objects.filter(due=1).update(due=0)

    told = JOBS["insight.recount"](NoWork())

    assert told is not None
    assert told["drifted"] == 2
    assert any("received: -6" in str(line) for line in told["first"])  # type: ignore[union-attr]
    assert figures() == right
    assert counters.recount()[1] == {}


def test_the_public_sees_no_small_number(offices: Offices) -> None:
    for _ in range(6):
        step("settle", report(offices), offices["worker"], text="好了")
    case = step("settle", report(offices), offices["worker"], text="好了", at=MONDAY + 9 * DAY)
    step("rate", case, offices["station"], rating=5, at=MONDAY + 9 * DAY)
    listeners.hear_all()

    shown = queries.public_month(CODE, day=TODAY + 20 * DAY)

    assert shown.received.number == 7
    assert shown.closed.is_hidden
    assert (shown.on_time.part, shown.on_time.percent) == (None, None)
    assert shown.satisfied.whole is None


def test_a_desk_sees_numerator_and_denominator_of_its_own_area(offices: Offices) -> None:
    step("settle", report(offices), offices["worker"], text="好了")
    report(offices)
    listeners.hear_all()

    month = queries.desk_month(offices["station"], day=TODAY + 20 * DAY)

    assert month is not None
    assert (month.on_time.part, month.on_time.whole, month.on_time.percent) == (1, 2, 50.0)
    assert queries.desk_month(offices["station"], day=TODAY, area=DONGGUAN) is None
    assert queries.desk_month(RESIDENT, day=TODAY, area=CODE) is None


def test_a_figure_is_listed_day_by_day_with_its_zeros(offices: Offices) -> None:
    report(offices)
    report(offices, at=MONDAY + 2 * DAY)
    listeners.hear_all()

    days = queries.day_by_day(CODE, "received", since=TODAY, until=TODAY + 4 * DAY)

    assert [number for _, number in days] == [1, 0, 1, 0]
