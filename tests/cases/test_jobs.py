"""What the house does at night and every minute."""

from datetime import timedelta

import pytest

from tests.cases.offices import MONDAY, Offices, report, step
from yige.base.jobs import JOBS, SCHEDULES
from yige.cases.models import Case
from yige.kernel import clock


class NoWork:
    """A job's work whose progress nobody watches."""

    def progress(self, done: float, step: str = "") -> None:
        assert 0 <= done <= 1


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> timedelta:
    """Let it be forty days after the Monday."""
    passed = timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: MONDAY + passed)
    return passed


def test_cases_whose_time_has_come_are_watched_and_no_others(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, fresh = report(offices), report(offices, at=MONDAY + timedelta(hours=6))
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(hours=7))

    assert JOBS["cases.watch_deadlines"](NoWork()) == {"watched": 1}

    assert Case.objects.get(id=due.id).level == "community"
    assert Case.objects.get(id=fresh.id).level == "grid"


def test_cases_that_ended_a_month_ago_are_archived(offices: Offices, later: timedelta) -> None:
    case = step("settle", report(offices), offices["worker"], text="好了")
    step("close", case, offices["station"])

    assert JOBS["cases.archive"](NoWork()) == {"archived": 1}

    assert Case.objects.get().state == "archived"


def test_a_row_that_was_touched_past_the_door_is_found_by_folding(offices: Offices) -> None:
    case = step("accept", report(offices), offices["worker"])
    right = JOBS["cases.fold"](NoWork())

    Case.objects.filter(id=case.id).update(state="closed")
    wrong = JOBS["cases.fold"](NoWork())

    assert right is not None
    assert wrong is not None
    assert (right["cases"], right["different"]) == (1, 0)
    assert wrong["first"] == [f"{case.number} state: 'closed', events say 'accepted'"]


def test_the_jobs_come_by_the_clock() -> None:
    assert {"cases.watch_deadlines", "cases.archive", "cases.fold"} <= set(SCHEDULES)
