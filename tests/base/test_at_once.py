"""The door when two copies knock at the same instant, from threads and from other programs."""

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.base.orders import KEEPER, OTHER, do, pinned
from yige.base import journal, knocks
from yige.base.commands import IdReused, Outcome
from yige.base.models import Entry, Event, Head, Setting
from yige.kernel import clock
from yige.kernel.errors import Refusal
from yige.kernel.ids import new_id

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = """
import sys, django
from uuid import UUID
django.setup()
from yige.base.access import Actor, Role
from yige.base.commands import run
from yige.base.models import Setting
Setting.objects.exists()
print("ready", flush=True)
for line in sys.stdin:
    ids = line.split()
    for sent in ids:
        actor = Actor(role=Role.SYSTEM_ADMIN, area="370683")
        body = {"name": "city.phone", "value": '"12345"', "source": "test"}
        outcome = run("base.set", body, id=UUID(sent), actor=actor)
        print(sent, outcome.position, outcome.is_repeat, flush=True)
    break
"""


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Do several things in threads that start at the same instant; give results or refusals."""
    start = threading.Barrier(len(tasks))
    results: list[Any] = [None] * len(tasks)

    def do_one(place: int, task: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[place] = task()
        except Refusal as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=do_one, args=each) for each in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_copies_at_the_same_instant_give_one_result() -> None:
    for n in range(10):
        sent = new_id()

        def knock(sent: UUID = sent, n: int = n) -> Outcome:
            return do("tests.count", KEEPER, sent, name=f"访{n}")

        outcomes = at_once(*[knock] * 4)

        assert {(o.position, o.result["value"]) for o in outcomes} == {(n + 1, 1)}
        assert sorted(o.is_repeat for o in outcomes) == [False, True, True, True]
        assert pinned(f"访{n}") == "1"
    assert journal.verify().flaws == ()


def test_two_people_with_one_id_at_the_same_instant_are_told_apart() -> None:
    sent = new_id()

    outcomes = at_once(
        lambda: do("tests.count", KEEPER, sent, name="访"),
        lambda: do("tests.count", OTHER, sent, name="访"),
    )

    assert {type(outcome) for outcome in outcomes} == {Outcome, IdReused}
    assert pinned("访") == "1"


def test_many_writers_leave_a_journal_without_gaps_or_forks() -> None:
    def writer(name: str) -> Callable[[], None]:
        def write() -> None:
            for n in range(15):
                do("tests.pin", name=f"{name}{n}", text="停水")

        return write

    at_once(*[writer(name) for name in "甲乙丙丁"])

    verdict = journal.verify()
    assert (verdict.entries, verdict.flaws) == (60, ())
    assert Setting.objects.filter(value="停水").count() == 60
    assert Event.objects.count() == 60
    assert Head.objects.get().position == 60


@pytest.mark.slow
def test_two_programs_that_send_the_same_commands_do_each_once(
    own_programs: Mapping[str, str],
) -> None:
    env = {**own_programs, "DJANGO_SETTINGS_MODULE": "yige.config.settings"}
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    ids = [str(new_id()) for _ in range(25)]
    for program in programs:
        assert program.stdout
        assert program.stdout.readline() == "ready\n"

    for program in programs:
        assert program.stdin
        program.stdin.write(" ".join(ids) + "\n")
        program.stdin.flush()
    said = [program.communicate(timeout=60)[0].splitlines() for program in programs]

    answers = [{line.split()[0]: line.split()[1:] for line in lines} for lines in said]
    for sent in ids:
        (one, first), (other, second) = answers[0][sent], answers[1][sent]
        assert one == other
        assert {first, second} == {"True", "False"}
    assert Entry.objects.count() == 25
    assert journal.verify().flaws == ()


def test_the_journal_can_be_verified_while_the_city_works() -> None:
    for n in range(20):
        do("tests.pin", name=f"一{n}")
    wrote = []

    def while_reading(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if "base_e" in sql and len(wrote) < 4:
            wrote.append(1)
            at_once(lambda: do("tests.pin", name=f"另{len(wrote)}"))
        return answer

    with connection.execute_wrapper(while_reading):
        verdict = journal.verify()

    assert wrote
    assert verdict.flaws == ()


def test_knocks_of_the_same_instant_are_all_counted() -> None:
    at = clock.now()

    counted = at_once(*[lambda: knocks.count("ask", "10.0.0.1", 1, minutes=9999, at=at)] * 6)

    assert sorted(counted) == [1, 2, 3, 4, 5, 6]
