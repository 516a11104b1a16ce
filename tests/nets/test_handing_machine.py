"""Any order of proposing, signing, deciding and re-dividing: no duty lost, none doubled.

A small model keeps what is known of each unit of each duty; the room is asked after every step.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

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

from tests.cases.offices import Offices, open_offices
from tests.city import CODE, COLUMNS, WENCHANG
from tests.nets.old_nets import bring, columns_of, row
from tests.territory.planning import NOON, PLANNER, adopt, drafted, halves
from yige.base.access import Actor, Role
from yige.base.commands import run
from yige.kernel.errors import Refusal
from yige.kernel.ids import new_id
from yige.nets.errors import NetEnded
from yige.nets.models import DutyTransfer, HandedUnit, LegacyDuty, LegacyNet
from yige.nets.standing import DONE, worked_out
from yige.people.holders import holders_within

ROLES = (Role.GRID_WORKER, Role.STATION)
SPLITS = ("columns", "rows", "quarters")
EVERY_UNIT = {"调解": 24, "普法": 12, "巡查": 12}
PICK = st.integers(0, 99)
MOVES = ("propose", "give", "take", "take", "decide", "divide_anew", "withdraw", "end", "retire",
         "finish")  # fmt: skip


class Handing(RuleBasedStateMachine):
    """One net of three duties in two cells, and everybody who may do something with it."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @initialize()
    def open_city(self) -> None:
        self.offices: Offices = open_offices()
        self.old = self.offices.seat("老调解员", Role.OFFICIAL, WENCHANG)
        self.net = bring([
            row("A", "调解", "老调解员", 社区="文昌社区"),
            row("B", "普法", "老司法员", 范围=columns_of(WENCHANG, 2, 5)),
            row("C", "巡查", "", 小区="书香苑"),
        ], organisation="lamps")  # fmt: skip
        LegacyDuty.objects.filter(name="调解").update(person=self.old.person)
        self.at = NOON
        self.retired = False
        self.closed: dict[tuple[str, str], str] = {}
        self.propose(0)

    def do(self, command: str, by: Actor = PLANNER, **body: Any) -> bool:
        """Run a command, twice by the same id at times; tell whether it was done."""
        ids, refused = new_id(), None
        try:
            for _ in range(2):
                run(f"nets.{command}", body, id=ids, actor=by, at=self.at)
        except Refusal as refusal:
            refused = refusal
        if self.retired:
            assert isinstance(refused, NetEnded)
        return refused is None

    def some(self, pick: int, **which: Any) -> list[DutyTransfer]:
        mine = DutyTransfer.objects.filter(duty__cell__net=self.net, state="open", **which)
        found = list(mine.order_by("duty__name", "post__area_code", "id"))
        return found[pick % len(found) :][: 1 + pick % 3] if found else []

    @rule(moves=st.lists(st.tuples(st.sampled_from(MOVES), PICK), min_size=4, max_size=10))
    def make(self, moves: list[tuple[str, int]]) -> None:
        """Make several moves: alone, hypothesis would choose few of them in one run."""
        for move, pick in moves:
            getattr(self, move)(pick)
            self.nothing_is_lost_or_doubled()

    def propose(self, pick: int) -> None:
        role = ROLES[pick % len(ROLES)]
        self.do("propose_posts", net=str(self.net.id), role=role.value)

    def withdraw(self, pick: int) -> None:
        if pick % 4 == 0 and (some := self.some(pick)):
            self.do("withdraw", transfers=[str(each.id) for each in some[:1]])

    def give(self, pick: int) -> None:
        if some := self.some(pick, duty__name="调解"):
            assert self.do("give", self.old, transfers=[str(each.id) for each in some])

    def take(self, pick: int) -> None:
        for each in self.some(pick):
            holders = [h for h in holders_within(CODE, at=self.at) if h.post == each.post_id]
            by = Actor(role=holders[0].role, area=holders[0].area_code, post=each.post_id,
                       account=holders[0].account, person=holders[0].person)  # fmt: skip
            assert self.do("take", by, transfers=[str(each.id)])

    def decide(self, pick: int) -> None:
        who = ("station", "lamps")[pick % 2]
        for each in self.some(pick):
            can_sign = each.duty.name == "调解"
            done = self.do("decide", self.offices[who], transfers=[str(each.id)], reason="已退休")
            assert not (done and can_sign)

    def end(self, pick: int) -> None:
        duties = list(LegacyDuty.objects.filter(cell__net=self.net).order_by("name"))
        if pick % 5 == 0:
            self.do("end_duty", duty=str(duties[pick % 3].id), reason="并入热线")

    def divide_anew(self, pick: int) -> None:
        """Adopt halves, other halves, or quarters: posts come together and fall apart."""
        split = SPLITS[pick % len(SPLITS)]
        self.at += timedelta(hours=1)
        grids = halves(split="columns" if split == "columns" else "rows", at=self.at)
        if split == "quarters":
            grids = {
                unit: 2 * grid + (int(unit[12:]) - 1) % COLUMNS // 3
                for unit, grid in grids.items()
            }
        adopt(drafted(grids, at=self.at, lower=50), self.at)

    def finish(self, pick: int) -> None:
        """Now and then decide that all that is left ends, and retire the net."""
        if pick % 7 == 0:
            for duty in worked_out(self.now()).duties:
                if duty.state != DONE:
                    self.do("end_duty", duty=str(duty.id), reason="并入热线")
            self.retire(pick)

    def retire(self, pick: int) -> None:
        is_open = any(duty.state != DONE for duty in worked_out(self.now()).duties)

        done = self.do("retire", net=str(self.net.id))

        assert done == (not is_open and not self.retired)
        self.retired = self.retired or done

    def now(self) -> LegacyNet:
        return LegacyNet.objects.get(id=self.net.id)

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "net"):
            return
        handed = list(HandedUnit.objects.filter(duty__cell__net=self.net).select_related(
            "duty", "transfer"))  # fmt: skip
        assert len({(h.duty_id, h.unit_code) for h in handed}) == len(handed)
        now = {(h.duty.name, h.unit_code): str(h.transfer_id) for h in handed}
        assert self.closed.items() <= now.items(), "what was handed over has come back"
        self.closed = now
        closed = Counter(name for name, _ in now)
        for duty in worked_out(self.now()).duties:
            assert duty.open_units + closed[duty.name] == EVERY_UNIT[duty.name]
            assert (duty.state == DONE) == (duty.open_units == 0)
        for each in handed:
            by_both = each.transfer.given_at and each.transfer.taken_at
            assert by_both or (each.transfer.state == "ended" and each.transfer.reason)
        if self.retired:
            assert sum(closed.values()) == sum(EVERY_UNIT.values())


@pytest.mark.slow
@pytest.mark.django_db
def test_no_duty_is_lost_or_doubled_whatever_happens() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Handing,
        settings=settings(
            max_examples=12,
            stateful_step_count=5,
            deadline=None,
            # To shrink a city takes minutes and says little more.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
