"""Every command and every address, for every role, here and elsewhere, against reviewed tables.

`tests/permissions/<room>.csv` says who may: the roles that may in their own area, those that may
from another, and whether an account without a post and a stranger may. A command or address
without its row fails, so nothing new is reached by anybody before somebody has said by whom.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from tests.permissions import world as worlds
from tests.permissions.addresses import ADDRESSES, WITHOUT_COMMAND, patterns
from tests.permissions.samples import SAMPLES
from tests.permissions.world import ROLES, World
from yige.base.access import RESIDENT, Actor
from yige.base.commands import COMMANDS, run
from yige.base.models import Entry
from yige.kernel.errors import Forbidden, Missing, Refusal
from yige.kernel.ids import new_id

pytestmark = pytest.mark.django_db

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


ROOMS = (
    "base", "channels", "people", "territory", "surveying", "nets", "places", "homes", "cases",
)  # fmt: skip
ADDRESS_ROWS = table("addresses")
COMMAND_ROWS = [row for room in ROOMS for row in table(room)]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Build the world once; every cell is tried in it and undone."""
    limits = dict.fromkeys(("report", "track", "ask", "api", "card"), (10**6, 1))
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(YIGE_LIMITS=limits):
        yield worlds.build()
        transaction.set_rollback(True)
    print(f"\npermissions: {CELLS['cells']} cells, {CELLS['mismatches']} mismatches")  # noqa: T201 - the figure we publish


def may_by_address(world: World, what: str, actor: Actor) -> bool:
    """Send a request and undo it. A form was taken when its command stands in the journal."""
    method, _, _ = what.partition(" ")
    path, data = ADDRESSES[what](world, actor)
    client = Client()
    client.cookies = world.client_of(actor).cookies.copy()
    with transaction.atomic():
        before = Entry.objects.count()
        answer = _answer(client, method, path, data)
        close(answer)
        has_entry = Entry.objects.count() > before
        transaction.set_rollback(True)
    assert answer.status_code < 500, f"{what}: {answer.status_code}"
    assert answer.status_code != 405, f"{what} is not the method of this address"
    if method == "POST" and what not in WITHOUT_COMMAND:
        return has_entry
    is_led_away = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    return answer.status_code not in (401, 403, 404) and not is_led_away


def close(answer: Any) -> None:
    """Close the files of an answer, and leave this test's own connection open."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


def _answer(client: Client, method: str, path: str, data: dict[str, Any] | None) -> Any:
    if method == "GET":
        return client.get(path)
    if path.startswith("/api/"):
        return client.post(path, json.dumps(data), content_type="application/json")
    return client.post(path, data or {})


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


def test_every_address_has_its_row_and_its_sample() -> None:
    rows, samples = ({name.partition(" ")[2] for name in names} for names in
                     ({row.what for row in ADDRESS_ROWS}, set(ADDRESSES)))  # fmt: skip

    assert sorted(set(patterns()) - rows) == []
    assert sorted(rows - set(patterns())) == []
    assert samples == rows
    assert {row.what for row in ADDRESS_ROWS} == set(ADDRESSES)


@pytest.mark.slow
@pytest.mark.parametrize("row", ADDRESS_ROWS, ids=lambda row: row.what)
def test_who_may_come_where(row: Expected, world: World) -> None:
    assert wrong(row, world, may_by_address) == []


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
