"""What cases tell a planner."""

from datetime import timedelta

from tests.cases.offices import MONDAY, Offices, report
from tests.city import CODE, WENCHANG
from yige.cases.work import cases_by_unit

YEAR = timedelta(days=365)


def test_the_cases_of_a_year_are_counted_by_unit(offices: Offices) -> None:
    first, second = report(offices), report(offices)
    report(offices, at=MONDAY + 2 * YEAR)

    found = cases_by_unit(CODE, MONDAY - YEAR, MONDAY + timedelta(hours=1))

    assert found == {first.unit_code: 2}
    assert second.unit_code.startswith(WENCHANG)
