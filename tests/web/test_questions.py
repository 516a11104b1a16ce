"""How often a page asks the database: every address that is read, for every role that may."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from tests.permissions import world as worlds
from tests.permissions.addresses import ADDRESSES
from tests.permissions.world import World
from tests.test_permissions import ADDRESS_ROWS, Expected, close
from yige.base.access import RESIDENT, Actor

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MOST = 12
READ = [row for row in ADDRESS_ROWS if row.what.startswith("GET ")]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Build one city for all pages."""
    limits = dict.fromkeys(("report", "track", "ask", "api", "card"), (10**6, 1))
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(YIGE_LIMITS=limits):
        yield worlds.build()
        transaction.set_rollback(True)


def readers(row: Expected, world: World) -> dict[str, Actor]:
    """Name everybody who may read an address, by the reviewed table."""
    found = {role.value: actor for role, actor in world.own.items() if role.value in row.own}
    return found | ({"stranger": RESIDENT} if row.stranger else {})


def asked(world: World, path: str, reader: Actor) -> list[str]:
    """Read an address twice, and return what the second time asked of the database."""
    client = world.client_of(reader)
    close(client.get(path))
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
        close(answer)
    assert answer.status_code < 400, path
    return [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]


def told(who: str, questions: list[str]) -> str:
    """Say what a page asked too often, the doubled questions first."""
    lines = [f"{times} x {sql}" for sql, times in Counter(questions).most_common()]
    return "\n".join([f"{who} asks {len(questions)} times:", *lines])


@pytest.mark.parametrize("row", READ, ids=lambda row: row.what)
def test_no_page_asks_the_database_more_than_twelve_times(row: Expected, world: World) -> None:
    counted = {}
    for who, reader in readers(row, world).items():
        path = ADDRESSES[row.what](world, reader)[0]
        counted[who] = asked(world, path, reader)

    over = [told(who, found) for who, found in counted.items() if len(found) > MOST]
    assert not over, "\n\n".join(over)
