"""Two at the same instant: copies give one case, rivals give one winner. Real threads."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.cases.offices import Offices, do, open_offices, report
from tests.city import WENCHANG
from yige.base import journal
from yige.base.commands import Outcome, Stale
from yige.cases.errors import NotFromHere
from yige.cases.models import Case, Numbering
from yige.kernel.errors import Refusal
from yige.kernel.ids import new_id

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Do several things in threads that start together; give results or refusals."""
    start, results = threading.Barrier(len(tasks)), [None] * len(tasks)

    def do_one(place: int, task: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[place] = task()
        except Refusal as refusal:
            results[place] = refusal  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=do_one, args=each) for each in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def offices(transactional_db: None) -> Offices:
    return open_offices()


def body(offices: Offices, nth: int = 0) -> dict[str, Any]:
    return {"text": "灯不亮", "place": {"unit_code": offices.city.unit(WENCHANG, nth)}}


def test_two_copies_of_a_report_give_one_case(offices: Offices) -> None:
    sent, said = new_id(), body(offices)

    outcomes: list[Outcome] = at_once(*[lambda: do("cases.open", said, id=sent)] * 4)

    assert {outcome.result["number"] for outcome in outcomes} == {"2026-000001"}
    assert sorted(outcome.is_repeat for outcome in outcomes) == [False, True, True, True]
    assert Case.objects.count() == 1
    assert journal.verify().flaws == ()


def test_reports_at_the_same_instant_get_numbers_of_their_own(offices: Offices) -> None:
    outcomes = at_once(*[lambda nth=nth: do("cases.open", body(offices, nth)) for nth in range(6)])

    numbers = sorted(outcome.result["number"] for outcome in outcomes)
    assert numbers == [f"2026-{n:06d}" for n in range(1, 7)]
    assert Numbering.objects.get().last == 6
    assert journal.verify().flaws == ()


def test_of_two_who_take_a_case_at_once_one_has_it(offices: Offices) -> None:
    case = report(offices)
    said = {"case": str(case.id)}

    results = at_once(
        lambda: do("cases.accept", said, by=offices["worker"], based_on=case.id),
        lambda: do("cases.accept", said, by=offices["station"], based_on=case.id),
    )

    assert sum(isinstance(result, Outcome) for result in results) == 1
    assert sum(isinstance(result, (Stale, NotFromHere)) for result in results) == 1
    assert Case.objects.get().version == 2
