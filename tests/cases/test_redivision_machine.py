"""Phones without network, and a net that is divided anew while they are: nothing is lost."""

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
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.cases.offices import MONDAY, STAIRS, Offices, do, hours, open_offices
from tests.city import COLUMNS, ROWS, WENCHANG
from tests.territory.planning import adopt, drafted, halves, members_now
from tests.territory.planning import do as plan_do
from yige.base import deferred
from yige.base.access import Actor
from yige.base.models import Deferral, Entry
from yige.cases.models import Case
from yige.kernel.ids import new_id
from yige.people.seats import seats_of
from yige.territory.errors import NotAdoptable
from yige.territory.locate import area_of_unit
from yige.territory.models import Division, Grid

CHAIN = ("open", "accept", "handle", "done")
STATES = {"open": "received", "accept": "accepted", "handle": "handling", "done": "to_verify"}
WORKERS = ("worker", "neighbour")
LATE: list[int] = []
"""How many steps came late in each run."""
Stored = tuple[UUID, str, dict[str, Any], UUID | None, Any]


class Redivided(RuleBasedStateMachine):
    """Two workers store steps offline; the planner and the state move the borders meanwhile."""

    offices: Offices

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.at = MONDAY
        self.stored: dict[str, list[Stored]] = {name: [] for name in WORKERS}
        self.sent: dict[UUID, tuple[str, str, dict[str, Any]]] = {}
        self.wanted: dict[UUID, str] = {}
        self.now_at = WENCHANG

    def teardown(self) -> None:
        if hasattr(self, "offices"):
            self._settle()
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize(steps=st.integers(2, len(CHAIN)))
    def begin(self, steps: int) -> None:
        """Both workers are out with a report from each end of their grids."""
        self.offices = open_offices()
        for name, places in (("worker", (0, 8, 20)), ("neighbour", (3, 11, 23))):
            for place in places:
                self._store(name, self.offices.city.unit(WENCHANG, place), steps)

    @rule(name=st.sampled_from(WORKERS), places=st.lists(st.integers(0, 23), min_size=1,
          max_size=3), steps=st.integers(1, len(CHAIN)))  # fmt: skip
    def store_reports(self, name: str, places: list[int], steps: int) -> None:
        """Report things of the own grid offline, and take some steps with each."""
        at = self._later()
        own = [unit for unit in self.offices.city.units(WENCHANG)
               if self._actor(name).covers(area_of_unit(unit, at))]  # fmt: skip
        for place in places:
            self._store(name, own[place % len(own)], steps)

    def _store(self, name: str, unit: str, steps: int) -> None:
        case = last = new_id()
        self.wanted[case] = CHAIN[steps - 1]
        for verb in CHAIN[:steps]:
            body: dict[str, Any] = {"case": str(case), "text": "清了"}
            if verb == "open":
                body = {"text": "杂物", "category": STAIRS, "place": {"unit_code": unit}}
            key = case if verb == "open" else new_id()
            based_on = None if verb == "open" else last
            self.stored[name].append((key, verb, body, based_on, self._later()))
            last = key

    @rule(cut=st.integers(1, COLUMNS - 1), across=st.booleans())
    def divide_anew(self, cut: int, *, across: bool) -> None:
        """Adopt another division of the community."""
        at = self._later()
        grids = self._as_it_is()
        for unit in grids:
            if unit.startswith(WENCHANG):
                row, column = divmod(int(unit[12:]) - 1, COLUMNS)
                grids[unit] = 500 + int(row >= min(cut, ROWS - 1) if across else column >= cut)
        try:
            plan = drafted(grids, at=at)
            labels = list(plan.grids.values_list("label", flat=True))
            plan_do("territory.set_reason", at, plan=plan.id, labels=labels, reason="试验")
            adopt(plan, at)
        except NotAdoptable:
            return

    @precondition(lambda self: hasattr(self, "offices"))
    @rule()
    def recode(self) -> None:
        """The state gives the community another code."""
        known = set(Division.objects.values_list("code", flat=True))
        code = next(c for n in range(20, 99) if (c := f"370683001{n:03d}") not in known)
        plan_do("territory.change_divisions", self._later(),
                changes=[{"old": self.now_at, "new": code}])  # fmt: skip
        self.now_at = code

    @rule(name=st.sampled_from(WORKERS), number=st.integers(1, 4), again=st.booleans())
    def send(self, name: str, number: int, *, again: bool) -> None:
        """Send some of what is stored; a reply may be lost, then it is sent again."""
        for item in self.stored[name][:number]:
            self._send(name, item)
            if again:
                self._send(name, item)
        del self.stored[name][:number]

    @rule()
    def take_over(self) -> None:
        """The station carries out what came too late."""
        for waiting in deferred.waiting(self._actor("station")):
            do("base.take_over_deferred", {"deferral": str(waiting.id)}, by=self._actor("station"),
               at=self._later())  # fmt: skip

    @invariant()
    def whatever_was_sent_is_done_or_waits_and_never_twice(self) -> None:
        entries = Entry.objects.filter(id__in=self.sent)
        assert entries.count() == len(self.sent)
        waiting = set(Deferral.objects.values_list("entry_id", flat=True))
        for entry in entries:
            assert (entry.outcome == Entry.DEFERRED) == (entry.id in waiting)

    @invariant()
    def every_open_case_and_deferral_lies_where_its_unit_lies(self) -> None:
        held = members_now()
        for row in (*Case.open_rows(), *Deferral.open_rows()):
            if row.unit_code:
                assert held[row.unit_code] == [row.area_code]

    @invariant()
    def every_post_lies_in_an_area_in_force(self) -> None:
        if not hasattr(self, "offices"):
            return
        grids = set(Grid.objects.filter(valid_until=None).values_list("code", flat=True))
        alive = grids | set(
            Division.objects.filter(valid_until=None).values_list("code", flat=True)
        )
        for name in self.offices.actors:
            assert self._actor(name).area in alive

    def _send(self, name: str, item: Stored) -> None:
        key, verb, body, based_on, made_at = item
        is_first = key not in self.sent
        outcome = do(f"cases.{verb}", body, by=self._actor(name), at=self._later(),
                     made_at=made_at, id=key, based_on=based_on)  # fmt: skip
        assert outcome.is_repeat != is_first
        assert self.sent.setdefault(key, (outcome.outcome, verb, outcome.result)) == (
            outcome.outcome, verb, outcome.result)  # fmt: skip

    def _settle(self) -> None:
        """Send what is left, let all that came late be taken over, and look at every case."""
        for name in WORKERS:
            for item in self.stored[name]:
                self._send(name, item)
        self.take_over()
        assert not Deferral.open_rows().exists()
        LATE.append(Deferral.objects.count())
        states = dict(Case.objects.values_list("id", "state"))
        assert states == {case: STATES[verb] for case, verb in self.wanted.items()}
        assert Entry.objects.filter(id__in=self.sent).count() == len(self.sent)

    def _actor(self, name: str) -> Actor:
        """Return who somebody is by the post that is held now, wherever it lies."""
        account = self.offices[name].account
        assert account
        return seats_of(account, at=self.at)[0].actor

    def _later(self) -> Any:
        self.at += hours(0.01)
        return self.at

    def _as_it_is(self) -> dict[str, int]:
        held = members_now()
        names = sorted({grids[0] for grids in held.values()})
        return {unit: 100 + names.index(grids[0]) for unit, grids in held.items()}


@pytest.mark.slow
@pytest.mark.django_db
def test_nothing_made_before_a_change_is_refused_or_doubled() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Redivided,
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert sum(LATE) > 0


@pytest.mark.django_db
def test_a_chain_made_before_its_post_and_its_case_parted_is_taken_over_step_by_step() -> None:
    """The worker's post goes with most of the grid, the case with the rest of it."""
    offices = open_offices()
    unit, worker = offices.city.unit(WENCHANG, 23), offices["neighbour"]
    case, accepted = new_id(), new_id()
    grids = halves(at=MONDAY) | {
        u: 90 + int(p >= 18) for p, u in enumerate(offices.city.units(WENCHANG))
    }
    adopt(drafted(grids, at=MONDAY + hours(2), lower=1, upper=500), at=MONDAY + hours(2))
    moved = seats_of(worker.account, at=MONDAY + hours(3))[0].actor  # type: ignore[arg-type]

    opened = do("cases.open", {"text": "杂物", "category": STAIRS, "place": {"unit_code": unit}},
                by=moved, at=MONDAY + hours(3), made_at=MONDAY, id=case)  # fmt: skip
    late = do("cases.accept", {"case": str(case)}, by=moved, at=MONDAY + hours(3),
              made_at=MONDAY + timedelta(minutes=1), id=accepted, based_on=case)  # fmt: skip

    assert moved.area != Case.objects.get(id=case).area_code
    assert (opened.outcome, late.outcome) == ("done", "deferred")
