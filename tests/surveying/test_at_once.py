"""Two at the same instant: copies count once, rivals give one winner. Real threads."""

from typing import Any

import pytest

from tests import city as small
from tests.cases.test_at_once import at_once
from tests.surveying.counting import (
    COUNTER,
    PLANNER,
    checked,
    counts_of,
    do,
    handed_in,
    opened,
    sheets_of,
)
from yige.base.commands import Outcome
from yige.kernel.errors import Conflict
from yige.kernel.ids import new_id
from yige.surveying.models import Campaign, Sheet, Step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign(transactional_db: None) -> Campaign:
    small.build()
    return opened()


def test_copies_of_the_same_counts_count_once(campaign: Campaign) -> None:
    sheet, sent = sheets_of(campaign)[0], new_id()
    said = {"sheet": sheet.id, "counts": counts_of(sheet, 21, 21, 21, 21)}

    outcomes: list[Outcome] = at_once(*[lambda: do("hand_in", actor=COUNTER, id=sent, **said)] * 4)

    assert sorted(outcome.is_repeat for outcome in outcomes) == [False, True, True, True]
    assert (Step.objects.count(), Sheet.objects.get(id=sheet.id).households) == (1, 84)


def test_of_two_who_counted_the_same_sheet_one_is_told(campaign: Campaign) -> None:
    sheet = sheets_of(campaign)[0]

    def count(each: int) -> Any:
        counts = counts_of(sheet, each, each, each, each)
        return do("hand_in", actor=COUNTER, sheet=sheet.id, based_on=1, counts=counts)

    outcomes = at_once(lambda: count(18), lambda: count(22))

    told = [each for each in outcomes if isinstance(each, Conflict)]
    assert len(told) == 1
    won = 18 if isinstance(outcomes[0], Outcome) else 22
    assert Sheet.objects.get(id=sheet.id).households == 4 * won


def test_a_sheet_is_checked_or_returned_and_not_both(campaign: Campaign) -> None:
    sheet = handed_in(sheets_of(campaign)[0])

    outcomes = at_once(
        lambda: do("check", actor=PLANNER, sheets=[sheet.id], based_on=sheet.version),
        lambda: do("send_back", sheet=sheet.id, reason="重数", based_on=sheet.version),
    )

    assert sum(isinstance(each, Conflict) for each in outcomes) == 1
    assert Step.objects.filter(sheet=sheet).count() == 2


def test_two_campaigns_are_not_opened_over_one_area_at_once(transactional_db: None) -> None:
    small.build()

    outcomes = at_once(lambda: opened(name="甲"), lambda: opened(name="乙"))

    assert sum(isinstance(each, Conflict) for each in outcomes) == 1
    assert Campaign.objects.count() == 1


def test_nothing_comes_back_from_a_campaign_that_is_being_frozen(campaign: Campaign) -> None:
    sheet = checked(sheets_of(campaign)[0])

    outcomes = at_once(
        lambda: do("freeze", campaign=campaign.id, without_open=True),
        lambda: do("send_back", sheet=sheet.id, reason="重数"),
    )

    assert sum(isinstance(each, Conflict) for each in outcomes) == 1
    is_frozen = Campaign.objects.get().state == Campaign.FROZEN
    state = Sheet.objects.get(id=sheet.id).state
    assert (is_frozen, state) in {(True, Sheet.CHECKED), (False, Sheet.RETURNED)}
