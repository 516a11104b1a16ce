"""Sheets under any sequence of steps: none is lost, nothing counts twice, what is frozen stays."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests import city as small
from tests.city import COLUMNS, HOUSEHOLDS, WENCHANG
from tests.surveying.counting import COUNTER, PLANNER, counts_of, do, opened, sheets_of
from tests.territory.planning import NOON
from yige.base.access import SYSTEM
from yige.kernel.errors import Refusal
from yige.kernel.ids import new_id
from yige.surveying.models import Line, Sheet, Step
from yige.territory.models import Survey, Unit, UnitBefore

places = st.integers(0, COLUMNS - 1)
homes = st.integers(0, 40)
MAY: dict[str, set[str]] = {
    "begin": {Sheet.NEW, Sheet.RETURNED},
    "hand_in": {Sheet.NEW, Sheet.UNDER_WAY, Sheet.RETURNED, Sheet.DONE},
    "check": {Sheet.DONE},
    "send_back": {Sheet.DONE, Sheet.CHECKED},
}
BECOMES = {"begin": Sheet.UNDER_WAY, "hand_in": Sheet.DONE, "check": Sheet.CHECKED,
           "send_back": Sheet.RETURNED}  # fmt: skip


class SheetsOfACampaign(RuleBasedStateMachine):
    """A community that is counted again and again, beside a plain account of what should be."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.state: dict[int, str] = {}
        self.counted: dict[int, int] = {}
        self.frozen: dict[UUID, list[dict[str, Any]]] = {}
        self.known = dict.fromkeys(range(COLUMNS), 4 * HOUSEHOLDS)
        self.last: tuple[UUID, int, int, int] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize()
    def found_the_city(self) -> None:
        small.build()
        self._open()

    @rule(place=places)
    def begin(self, place: int) -> None:
        self._step("begin", place, sheet=self._sheet(place).id)

    @rule(place=places, each=homes)
    def hand_in(self, place: int, each: int) -> None:
        sheet, sent = self._sheet(place), new_id()
        counts = counts_of(sheet, each, each, each, each)
        based_on = sheet.version
        if self._step("hand_in", place, sheet=sheet.id, counts=counts, id=sent, actor=COUNTER):
            self.counted[place] = 4 * each
            self.last = (sent, place, each, based_on)

    @rule()
    def send_the_last_counts_once_more(self) -> None:
        """The phone repeats what it sent: the same command counts once, wherever the sheet is."""
        if self.last is None:
            return
        sent, place, each, _ = self.last
        sheet, steps = self._sheet(place), Step.objects.count()

        again = do("hand_in", id=sent, actor=COUNTER, sheet=sheet.id,
                   counts=counts_of(sheet, each, each, each, each))  # fmt: skip

        assert again.is_repeat
        assert Step.objects.count() == steps

    @rule(each=homes)
    def hand_in_on_an_old_look(self, each: int) -> None:
        """Somebody who looked before the last counts came does not wipe them out."""
        if self.last is None:
            return
        _, place, _, based_on = self.last
        sheet = self._sheet(place)
        with pytest.raises(Refusal), transaction.atomic():
            do("hand_in", actor=COUNTER, sheet=sheet.id, based_on=based_on,
               counts=counts_of(sheet, each, each, each, each))  # fmt: skip

    @rule(place=places, has_reason=st.booleans())
    def check(self, place: int, *, has_reason: bool) -> None:
        sheet = self._sheet(place)
        may = has_reason or not sheet.finding_count
        self._step("check", place, may=may, sheets=[sheet.id], reason="已核实" * has_reason)

    @rule(place=places)
    def send_back(self, place: int) -> None:
        self._step("send_back", place, sheet=self._sheet(place).id, reason="重数")

    @rule(first=places, each=homes)
    def count_and_check_a_row_of_buildings(self, first: int, each: int) -> None:
        for place in range(first, COLUMNS):
            if self.state[place] in MAY["hand_in"]:
                self.hand_in(place, each)
                self.check(place, has_reason=True)

    @rule(may_leave=st.booleans())
    def freeze_and_count_again(self, *, may_leave: bool) -> None:
        checked = {place for place, state in self.state.items() if state == Sheet.CHECKED}
        may = bool(checked) and (may_leave or len(checked) == COLUMNS)
        if not self._tried("freeze", may=may, campaign=self.campaign.id, without_open=may_leave):
            return
        day = NOON + timedelta(days=1 + len(self.frozen))
        do("store_counts", day, SYSTEM, campaign=self.campaign.id)
        self.frozen[self.campaign.id] = self._lines(self.campaign.id)
        self.known |= {place: self.counted[place] for place in checked}
        self._open()

    @rule(first=places, each=homes)
    def finish_a_campaign(self, first: int, each: int) -> None:
        self.count_and_check_a_row_of_buildings(first, each)
        self.freeze_and_count_again(may_leave=True)

    @invariant()
    def no_sheet_is_lost(self) -> None:
        if not self.state:
            return
        found = {s.number - 1: s for s in sheets_of(self.campaign)}
        assert {place: s.state for place, s in found.items()} == self.state
        assert {p: found[p].households for p in self.counted} == self.counted
        lines = Line.objects.filter(sheet__campaign=self.campaign)
        assert lines.count() == len(set(lines.values_list("unit_code", flat=True))) == 24

    @invariant()
    def what_is_frozen_stays(self) -> None:
        for campaign, lines in self.frozen.items():
            assert self._lines(campaign) == lines

    @invariant()
    def the_territory_holds_what_was_checked_last(self) -> None:
        if not self.state:
            return
        units = Unit.objects.filter(community_code=WENCHANG)
        assert sum(units.values_list("households", flat=True)) == sum(self.known.values())
        assert Survey.objects.count() == len(self.frozen)
        assert all(b.valid_from < b.valid_until for b in UnitBefore.objects.all())

    def _open(self) -> None:
        self.campaign = opened(name=f"第{len(self.frozen) + 1}次")
        self.state = dict.fromkeys(range(COLUMNS), Sheet.NEW)
        self.counted, self.last = {}, None

    def _sheet(self, place: int) -> Sheet:
        return Sheet.objects.get(campaign=self.campaign, number=place + 1)

    def _lines(self, campaign: UUID) -> list[dict[str, Any]]:
        there = Line.objects.filter(sheet__campaign=campaign).order_by("id")
        return list(there.values())

    def _step(self, command: str, place: int, *, may: bool = True, **body: Any) -> bool:
        may = may and self.state[place] in MAY[command]
        done = self._tried(command, may=may, **body)
        if done:
            self.state[place] = BECOMES[command]
        return done

    def _tried(self, command: str, *, may: bool, **body: Any) -> bool:
        """Run a command, and see that it is done or refused as the plain account says."""
        actor = body.pop("actor", PLANNER)
        try:
            with transaction.atomic():
                do(command, actor=actor, **body)
        except Refusal:
            assert not may, command
            return False
        assert may, command
        return True


@pytest.mark.slow
@pytest.mark.django_db
def test_no_sheet_is_lost_and_nothing_frozen_changes_whatever_happens() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        SheetsOfACampaign,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            # To shrink a city takes minutes and says little more.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
