"""Any step by anybody at any time: what must always hold, holds."""

from collections import Counter as Tally
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.cases.offices import GAS, LAMP, MONDAY, STAIRS, VIOLENCE, Offices, do, open_offices
from tests.city import WENCHANG
from yige.base import journal, listeners, snapshot
from yige.base.access import RESIDENT, SYSTEM
from yige.base.models import Event
from yige.cases import detail, jobs, tracking
from yige.cases.models import OPEN, Case, ClockSpan
from yige.cases.store import LIVE, rows_of
from yige.cases.workflow import shipped
from yige.insight import counters
from yige.kernel.codes import Level, part
from yige.kernel.errors import Refusal
from yige.kernel.ids import new_id
from yige.people.holders import desk_of

VERBS = sorted(set(shipped().rules) - {"open", "escalate", "take_back", "archive"})
BY_WHAT_IS_SAID = {"cases.not_below", "cases.not_for_the_grassroots", "cases.merge_wrong",
                   "cases.date_wrong"}  # fmt: skip
MOST_CASES = 3
NEVER_SHORTER = {"park", "resume", "rework", "extend"}
POSTS = ["worker", "neighbour", "station", "other station", "intake", "platform", "commander",
         "lamps", "property", "official", "reporter"]  # fmt: skip


class Cases(RuleBasedStateMachine):
    """A city at work, with people who try whatever comes to their mind."""

    offices: Offices

    @initialize()
    def begin(self) -> None:
        self.world = transaction.atomic()
        self.world.__enter__()
        self.now = MONDAY
        self.cases: list[UUID] = []
        self.reopened: Tally[UUID] = Tally()
        self.opened = 0

    @precondition(lambda self: self.opened < MOST_CASES)
    @rule(nth=st.integers(0, 5), category=st.sampled_from([STAIRS, LAMP, GAS, VIOLENCE]),
          post=st.sampled_from(POSTS))  # fmt: skip
    def report(self, nth: int, category: str, post: str) -> None:
        place = {"unit_code": self.offices.city.unit(WENCHANG, nth)}
        body = {"text": "有事", "category": category, "place": place}
        actor = self.offices.actors.get(post, RESIDENT)
        self.cases.append(do("cases.open", body, by=actor, at=self.now).id)
        self.opened += 1

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), verb=st.sampled_from(VERBS), post=st.sampled_from(POSTS))
    def try_a_step(self, data: st.DataObject, verb: str, post: str) -> None:
        self._try(data.draw(st.sampled_from(self.cases), "case"), verb, post)

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def somebody_takes_a_step_that_is_offered(self, data: st.DataObject) -> None:
        case = Case.objects.get(id=data.draw(st.sampled_from(self.cases), "case"))
        offered = [(post, verb) for post in POSTS for verb in self._offered(case, post)]
        if offered:
            post, verb = data.draw(st.sampled_from(offered), "step")
            assert self._try(case.id, verb, post) in {"", *BY_WHAT_IS_SAID}

    def _offered(self, case: Case, post: str) -> list[str]:
        if post == "reporter":
            return list(detail.tracking(case.id, now=self.now).may)
        return list(detail.verbs_for(self.offices[post], case, snapshot.take()))

    @rule(hours=st.sampled_from([0.5, 3, 20, 24 * 4, 24 * 9]))
    def time_passes(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_house_watches(self) -> None:
        due = Case.objects.filter(OPEN, watch_at__lte=self.now)
        for case in due.values_list("id", flat=True):
            before = Case.objects.get(id=case)
            do("cases.watch", {"case": str(case)}, by=SYSTEM, at=self.now)
            after = Case.objects.get(id=case)
            assert after.closed_at or (after.watch_at and after.watch_at >= self.now)
            assert after.attention >= before.attention or after.state != before.state

    def _try(self, case_id: UUID, verb: str, post: str) -> str:
        """Take a step; return the code of the refusal, which must have changed nothing."""
        before, events = self._row(case_id), Event.objects.count()
        sent = new_id()
        body = {"case": str(case_id), "text": "因为"} | self._more(verb)
        if post == "reporter":
            body["proof"] = tracking.proof_of(case_id, sent)
        try:
            do(
                f"cases.{verb}",
                body,
                by=self.offices.actors.get(post, RESIDENT),
                at=self.now,
                id=sent,
            )
        except Refusal as refusal:
            assert self._row(case_id) == before
            assert Event.objects.count() == events
            return refusal.code
        after, rule_of = self._row(case_id), shipped().rules[verb]
        assert after["state"] == rule_of.moves.get(before["state"], before["state"])
        assert rule_of.stays or before["state"] in rule_of.moves
        self.reopened[case_id] += verb == "reopen"
        if verb in NEVER_SHORTER and before["finish_by"]:
            assert after["finish_by"] >= before["finish_by"]
        return ""

    def _more(self, verb: str) -> dict[str, Any]:
        until = (self.now + timedelta(days=20)).isoformat()
        other = self.cases[len(self.cases) // 2]
        return {
            "dispatch": {"organisation": str(self.offices["lamps"].organisation)},
            "hand_down": {"area_code": self.offices.city.grid(WENCHANG, 1)},
            "park": {"until": until},
            "extend": {"until": until},
            "merge": {"into": str(other)},
            "reclassify": {"category": LAMP},
            "rate": {"rating": 4},
        }.get(verb, {})

    def _row(self, case: UUID) -> dict[str, Any]:
        return rows_of(Case.objects.filter(id=case))[0]

    @invariant()
    def an_open_case_has_a_holder(self) -> None:
        for case in Case.objects.filter(OPEN):
            if case.level == "unit":
                assert case.organisation
                assert LIVE.unit_holders(case.organisation, case.area_code, self.now)
                assert case.returns_to
            else:
                assert desk_of(part(case.area_code, Level(case.level)), at=self.now)
            assert case.watch_at is not None

    @invariant()
    def numbers_are_given_once_and_reopenings_are_counted(self) -> None:
        assert Case.objects.values("number").distinct().count() == self.opened
        for case in Case.objects.all():
            assert case.reopened == self.reopened[case.id]

    @invariant()
    def a_clock_runs_only_where_work_is_to_be_done(self) -> None:
        running = ClockSpan.objects.filter(ended_at=None, is_running=True, clock="finish")
        at_work = Case.objects.filter(OPEN, handled_at=None).exclude(state="parked")
        assert set(running.values_list("case", flat=True)) == set(
            at_work.values_list("id", flat=True)
        )

    @invariant()
    def the_events_say_what_the_rows_say(self) -> None:
        assert [d for _, found in jobs.differing() for d in found] == []

    def teardown(self) -> None:
        listeners.hear_all()
        _, drift = counters.recount()
        assert not drift
        assert journal.verify().flaws == ()
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)


@pytest.mark.slow
def test_what_must_always_hold_holds(db: None) -> None:
    Cases.offices = open_offices()

    run_state_machine_as_test(
        Cases,
        settings=settings(
            max_examples=20,
            stateful_step_count=35,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
