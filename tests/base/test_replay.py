"""A phone's stored commands sent in any order, more than once, with replies lost on the way."""

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.base.orders import KEEPER, an_organisation, pinned
from yige.base import journal
from yige.base.commands import IdReused, NotYetHere, run
from yige.base.models import Entry, Event
from yige.kernel.ids import new_id

Stored = tuple[UUID, str, dict[str, Any], UUID | int | None]


class Phone(RuleBasedStateMachine):
    """A phone that stores commands and a network that loses, repeats and mixes them up."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.station = an_organisation("文昌站")
        self.last_link: UUID | int = 1
        self.last_name = "文昌站"
        self.stored: list[Stored] = []
        self.waiting: list[Stored] = []
        self.answered: dict[UUID, Any] = {}
        self.total = 0

    @rule(by=st.integers(1, 9))
    def count_a_visit(self, by: int) -> None:
        self._store("tests.count", {"name": "访", "by": by}, None)
        self.total += by

    @rule(name=st.sampled_from("甲乙丙丁戊"))
    def rename_the_station(self, name: str) -> None:
        body = {"organisation": str(self.station.id), "name": name}
        self.last_link = self._store("tests.rename", body, self.last_link)
        self.last_name = name

    def _store(self, command: str, body: dict[str, Any], based_on: UUID | int | None) -> UUID:
        sent = new_id()
        self.stored.append((sent, command, body, based_on))
        self.waiting.append(self.stored[-1])
        return sent

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), is_reply_lost=st.booleans())
    def send_one(self, data: st.DataObject, is_reply_lost: bool) -> None:
        item = data.draw(st.sampled_from(self.waiting), "sent")
        if self._send(item) and not is_reply_lost:
            self.waiting.remove(item)

    @precondition(lambda self: self.answered)
    @rule(data=st.data())
    def the_network_repeats_an_old_one(self, data: st.DataObject) -> None:
        known = [item for item in self.stored if item[0] in self.answered]

        assert self._send(data.draw(st.sampled_from(known), "repeated"))

    @precondition(lambda self: self.answered)
    @rule(data=st.data())
    def a_broken_phone_uses_an_id_again(self, data: st.DataObject) -> None:
        known = [item[0] for item in self.stored if item[0] in self.answered]
        sent = data.draw(st.sampled_from(known), "reused")

        with pytest.raises(IdReused):
            run("tests.count", {"name": "别", "by": 9}, id=sent, actor=KEEPER)

    def _send(self, item: Stored) -> bool:
        sent, command, body, based_on = item
        try:
            outcome = run(command, body, id=sent, actor=KEEPER, based_on=based_on)
        except NotYetHere:
            return False
        first = self.answered.setdefault(sent, (outcome.position, outcome.result))
        assert (outcome.position, outcome.result) == first
        return True

    @invariant()
    def each_command_has_one_entry(self) -> None:
        positions = sorted(position for position, _ in self.answered.values())
        assert positions == list(range(1, len(self.answered) + 1))
        assert Entry.objects.count() == len(self.answered)

    def teardown(self) -> None:
        try:
            while self.waiting:
                for item in reversed(self.waiting[:]):
                    if self._send(item):
                        self.waiting.remove(item)
            self._all_is_as_it_was_meant()
        finally:
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    def _all_is_as_it_was_meant(self) -> None:
        self.station.refresh_from_db()
        links = sum(command == "tests.rename" for _, command, _, _ in self.stored)
        assert self.station.name == self.last_name
        assert self.station.version == 1 + links
        assert int(pinned("访") or 0) == self.total
        assert pinned("别") is None
        assert Event.objects.count() == 2 * (len(self.stored) - links)
        assert journal.verify().flaws == ()


@pytest.mark.django_db
@pytest.mark.slow
def test_any_order_repetition_and_loss_of_replies_give_the_same_city() -> None:
    run_state_machine_as_test(
        Phone, settings=settings(max_examples=60, stateful_step_count=30, deadline=None)
    )
