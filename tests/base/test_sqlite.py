"""The queue of writers: two programs that write without pause both get their turn."""

import subprocess
import sys
from collections.abc import Mapping
from itertools import groupby

import pytest
from django.db import connection

from yige.base import journal
from yige.base.models import Entry

EACH = 150
WRITER = """
import sys, django
django.setup()
from uuid import UUID
from yige.base.access import Actor, Role
from yige.base.commands import run
from yige.base.models import Setting
from yige.kernel.ids import new_id
me = Actor(role=Role.SYSTEM_ADMIN, area="370683", account=UUID(int=int(sys.argv[1])))
Setting.objects.exists()
print("ready", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[2])):
    run("base.set", {"name": "city.phone", "value": '"12345"'}, id=new_id(), actor=me)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_no_writer_starves_while_another_writes(own_programs: Mapping[str, str]) -> None:
    env = {**own_programs, "DJANGO_SETTINGS_MODULE": "yige.config.settings"}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(number), str(EACH)],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in (1, 2)
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"

    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=90)

    order = list(Entry.objects.order_by("position").values_list("account", flat=True))
    first_done = max(order.index(each) for each in set(order))
    longest = max(len(list(run)) for _, run in groupby(order[first_done : 2 * EACH - first_done]))
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(order) == 2 * EACH
    assert longest < EACH // 3
    assert journal.verify().flaws == ()


@pytest.mark.django_db
def test_a_statement_means_the_same_the_second_time() -> None:
    with connection.cursor() as cursor:
        said = []
        for share in (7, 8):
            cursor.execute("SELECT '100%%', %s", [share])
            said.append(cursor.fetchone())
        cursor.execute("SELECT %(share)s", {"share": 9})
        named = cursor.fetchone()

    assert said == [("100%", 7), ("100%", 8)]
    assert named == (9,)
