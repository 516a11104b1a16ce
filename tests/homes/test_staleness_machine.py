"""Cards, holders and days in any order: what is stale, and what a code opens."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import city as small
from tests.city import WENCHANG
from tests.homes.papers import do, printed
from tests.territory.planning import NOON
from yige.base.access import Role
from yige.homes.cards import token_of
from yige.homes.errors import NothingToPrint
from yige.homes.models import Card
from yige.homes.onduty import on_duty
from yige.homes.stale import stale_prints
from yige.people.models import Appointment, Person, Post

GRIDS = (f"{WENCHANG}001", f"{WENCHANG}002")
DAYS_GOOD = 20
"""How long paper is good in this story."""


class Paper(RuleBasedStateMachine):
    """Two grids: who works there, what the last paper said, which codes were revoked."""

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        small.build()
        self.now: datetime = NOON
        self.posts = {
            grid: Post.objects.create(role=Role.GRID_WORKER, area_code=grid, name=grid)
            for grid in GRIDS
        }
        self.holder: dict[str, str] = dict.fromkeys(GRIDS, "")
        self.said: dict[str, str] = {}
        self.until: dict[str, datetime] = {}
        self.gone: dict[str, bool] = {}
        self.revoked: set[str] = set()
        self.names = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    @rule(days=st.integers(1, 8))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(grid=st.sampled_from(GRIDS))
    def somebody_takes_over(self, grid: str) -> None:
        self.somebody_leaves(grid)
        self.names += 1
        name = f"网格员{self.names}"
        Appointment.objects.create(
            person=Person.objects.create(name=name), post=self.posts[grid], held_from=self.now
        )
        self.holder[grid] = name

    @rule(grid=st.sampled_from(GRIDS))
    def somebody_leaves(self, grid: str) -> None:
        self.now += timedelta(minutes=1)
        Appointment.objects.filter(post=self.posts[grid], held_until=None).update(
            held_until=self.now
        )
        self.holder[grid] = ""

    @rule(only_stale=st.booleans())
    def paper_is_printed(self, only_stale: bool) -> None:
        self.now += timedelta(minutes=1)
        day = (self.now + timedelta(days=DAYS_GOOD)).date()
        due = self.expected()
        if only_stale and not due:
            with pytest.raises(NothingToPrint):
                printed(area=WENCHANG, at=self.now, only_stale=True, expires_on=day)
            return
        run = printed(area=WENCHANG, at=self.now, only_stale=only_stale, expires_on=day)
        for grid in due if only_stale else GRIDS:
            self.said[grid], self.gone[grid] = self.holder[grid], False
            self.until[grid] = run.expires_at

    @precondition(lambda self: any(not gone for gone in self.gone.values()))
    @rule(grid=st.sampled_from(GRIDS))
    def a_code_is_revoked(self, grid: str) -> None:
        card = Card.objects.filter(grid_code=grid, revoked_at=None).first()
        if card is not None:
            do("homes.revoke_card", self.now, card=card.id)
            self.gone[grid] = True
            self.revoked.add(token_of(card.id))

    def expected(self) -> set[str]:
        """Name the grids whose paper is not true any more."""
        return {
            grid
            for grid, said in self.said.items()
            if said != self.holder[grid] or self.gone[grid] or self.until[grid] <= self.now
        }

    @invariant()
    def the_list_names_just_the_paper_that_is_not_true(self) -> None:
        found = {stale.grid_code for stale in stale_prints(WENCHANG, at=self.now)}

        assert found == self.expected()

    @invariant()
    def a_living_code_names_todays_holder_and_a_dead_one_nobody(self) -> None:
        for card in Card.objects.filter(revoked_at=None):
            page = on_duty(token_of(card.id), at=self.now)
            if card.expires_at <= self.now:
                assert (page.state, page.teams) == ("expired", ())
            else:
                assert page.teams[0].contacts[0].name == self.holder[card.grid_code]
        for token in self.revoked:
            assert on_duty(token, at=self.now).state == "revoked"


@pytest.mark.django_db
def test_whatever_happens_stale_paper_is_listed_and_revoked_codes_stay_shut() -> None:
    run_state_machine_as_test(
        Paper,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
