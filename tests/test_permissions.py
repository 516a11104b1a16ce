"""Every command and every address, for every role, here and elsewhere, against reviewed tables.

`tests/permissions/<room>.csv` says who may: the roles that may in their own area, those that may
from another, and whether an account without a post and a stranger may. A command or address
without its row fails, so nothing new is reached by anybody before somebody has said by whom.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.permissions import world as worlds
from tests.permissions.samples import SAMPLES
from tests.permissions.world import ROLES, World
from yige.base.access import RESIDENT, Actor
from yige.base.commands import COMMANDS, run
from yige.kernel.errors import Forbidden, Missing, Refusal
from yige.kernel.ids import new_id

TABLES = Path(__file__).parent / "permissions"
CELLS = {"cells": 0, "mismatches": 0}


@dataclass(frozen=True)
class Expected:
    """Who may, by the table."""

    what: str
    own: frozenset[str]
    other: frozenset[str]
    without_post: bool
    stranger: bool

    def seats(self, world: World) -> Iterator[tuple[str, Actor, bool]]:
        """List every cell of the row: its name, who tries, and whether it should succeed."""
        for role in ROLES:
            yield f"{role} here", world.own[role], role.value in self.own
            yield f"{role} elsewhere", world.other[role], role.value in self.other
        yield "account without a post", world.without_post, self.without_post
        yield "stranger", RESIDENT, self.stranger


def table(name: str) -> list[Expected]:
    """Read one reviewed table."""
    every = {role.value for role in ROLES}

    def roles(text: str) -> frozenset[str]:
        named = every if text == "every role" else set(text.split())
        assert named <= every, f"{name}: no such role in {text!r}"
        return frozenset(named)

    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Expected(
                row["what"],
                roles(row["own area"]),
                roles(row["other area"]),
                row["without post"] == "yes",
                row["stranger"] == "yes",
            )
            for row in csv.DictReader(file)
        ]


ROOMS = ("base", "channels", "people", "territory", "cases")
COMMAND_ROWS = [row for room in ROOMS for row in table(room)]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Build the world once; every cell is tried in it and undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)
    print(f"\npermissions: {CELLS['cells']} cells, {CELLS['mismatches']} mismatches")  # noqa: T201 - the figure we publish


def may_by_command(world: World, what: str, actor: Actor) -> bool:
    """Try a command and undo it; whatever is refused for another reason was allowed."""
    with transaction.atomic():
        try:
            run(what.partition("@")[0], SAMPLES[what](world), id=new_id(), actor=actor)
        except (Forbidden, Missing):
            return False
        except Refusal:
            return True
        finally:
            transaction.set_rollback(True)
    return True


def wrong(row: Expected, world: World, tried: Any) -> list[str]:
    """Try every cell of a row; say which are not as the table says."""
    found = []
    for seat, actor, should in row.seats(world):
        CELLS["cells"] += 1
        if tried(world, row.what, actor) != should:
            CELLS["mismatches"] += 1
            found.append(f"{seat} {'may not' if should else 'may'}")
    return found


def test_every_command_has_its_row_and_its_sample() -> None:
    ours = {n for n, known in COMMANDS.items() if known.handler.__module__.startswith("yige.")}
    rows, samples = ({name.partition("@")[0] for name in names} for names in
                     ({row.what for row in COMMAND_ROWS}, set(SAMPLES)))  # fmt: skip

    assert rows == ours
    assert samples == ours
    assert {row.what for row in COMMAND_ROWS} == set(SAMPLES)


@pytest.mark.slow
@pytest.mark.parametrize("row", COMMAND_ROWS, ids=lambda row: row.what)
def test_who_may_do_what(row: Expected, world: World) -> None:
    assert wrong(row, world, may_by_command) == []


@pytest.mark.slow
@pytest.mark.parametrize("what", sorted(SAMPLES))
def test_each_sample_is_refused_for_no_other_reason_than_the_right(
    what: str, world: World
) -> None:
    """A sample whose body is faulty would let everybody pass; somebody must really get through."""
    row = next(row for row in COMMAND_ROWS if row.what == what)
    doers = [actor for _, actor, should in row.seats(world) if should] or [worlds.SYSTEM]
    outcomes = set()

    for actor in doers[:3]:
        with transaction.atomic():
            try:
                body = SAMPLES[what](world)
                run(what.partition("@")[0], body, id=new_id(), actor=actor)
                outcomes.add("done")
            except Refusal as refusal:
                outcomes.add(str(refusal))
            finally:
                transaction.set_rollback(True)

    assert "done" in outcomes, outcomes
