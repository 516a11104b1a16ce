"""Opening a case at the door, against the same statements without it; and the bulk load.

Two processes each, on a database of their own. The floor runs the statements that one opening
sends, with the values of real openings, and nothing else: no schema, no location, no journal
digests. Ratios are of one run, the two interleaved.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parents[1]
PROCESSES, SECONDS, ROUNDS = 2, 4.0, 3
PAST_CASES = 2_000


def run() -> list[Figure]:
    """Measure openings a second at the door and at the floor, then cases a second in bulk."""
    with tempfile.TemporaryDirectory(prefix="yige-intake-") as home:
        env = {**os.environ, "YIGE_HOME": home, "PYTHONPATH": str(ROOT),
               "DJANGO_SETTINGS_MODULE": "yige.config.settings"}  # fmt: skip
        _call(env, "prepare")
        door, floor, late = [], [], []
        for _ in range(ROUNDS):
            opened = _together(env, "door")
            door.append(sum(part["done"] for part in opened) / SECONDS)
            late.append(max(part["p95"] for part in opened))
            floor.append(sum(part["done"] for part in _together(env, "floor")) / SECONDS)
        bulk = _call(env, "bulk")
    kind = "PostgreSQL" if "postgres" in env.get("YIGE_DATABASE", "") else "SQLite"
    ratio = median(door) / median(floor)
    return [
        Figure(
            f"cases opened at the door, 2 processes, {kind}",
            f"{median(door):.0f}/s, p95 {median(late):.0f} ms",
            f"the same statements bare {median(floor):.0f}/s",
            ratio,
            "0.12" if kind == "SQLite" else "0.30",
        ),
        Figure(
            f"past cases loaded with {bulk['steps']:.1f} steps each, {kind}",
            f"{bulk['rate']:.0f} cases/s",
            f"one by one at the door {bulk['single']:.0f} cases/s",
            bulk["rate"] / bulk["single"],
            "20,000 cases/s",
        ),
    ]


def _together(env: dict[str, str], what: str) -> list[dict[str, Any]]:
    begun = [_start(env, what) for _ in range(PROCESSES)]
    said = [each.communicate()[0] for each in begun]
    return [json.loads(text.splitlines()[-1]) for text in said]


def _call(env: dict[str, str], what: str) -> dict[str, Any]:
    said = _start(env, what).communicate()[0]
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def _start(env: dict[str, str], what: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.intake", what]
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _prepare() -> dict[str, Any]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.cases.offices import open_offices

    open_offices()
    return {}


def _bodies() -> Any:
    from tests.city import COMMUNITIES

    units = [f"{community}{n:06d}" for community in COMMUNITIES for n in range(1, 25)]
    place = 0
    while True:
        place += 1
        yield {"text": "楼道里堆了旧家具", "category": "0502",
               "place": {"unit_code": units[place % len(units)]}}  # fmt: skip


def _open(body: dict[str, Any]) -> Any:
    from yige.base import commands
    from yige.base.access import RESIDENT
    from yige.kernel.ids import new_id

    return commands.run("cases.open", body, id=new_id(), actor=RESIDENT)


def _door() -> dict[str, Any]:
    bodies, took = _bodies(), []
    for _ in range(20):
        _open(next(bodies))
    until = time.perf_counter() + SECONDS
    while (began := time.perf_counter()) < until:
        _open(next(bodies))
        took.append(time.perf_counter() - began)
    took.sort()
    return {"done": len(took), "p95": took[int(len(took) * 0.95)] * 1000}


def _floor() -> dict[str, Any]:
    """Repeat the statements of one opening, with fresh ids where rows must differ."""
    from django.db import connection, transaction

    bodies = _bodies()
    _open(next(bodies))
    statements = _statements(connection, lambda: _open(next(bodies)))
    done, until = 0, time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        with transaction.atomic(), connection.cursor() as cursor:
            fresh = _fresh()
            position = None
            for sql, values in statements:
                given = [fresh.get(_key(value), value) for value in values]
                if sql.startswith("UPDATE base_entry SET position") or "base_event" in sql:
                    given[0] = position
                cursor.execute(sql, given)
                if "RETURNING" in sql:
                    found = cursor.fetchone()
                    if "base_head" in sql:
                        position = found[0]
                    else:
                        fresh["number"] = f"f{os.getpid()}-{done}"[:16]
                elif sql.startswith("SELECT"):
                    cursor.fetchall()
        done += 1
    return {"done": done, "p95": 0.0}


def _statements(connection: Any, work: Any) -> list[tuple[str, list[Any]]]:
    """Return the statements that some work sends, with their values marked where they vary."""
    caught: list[tuple[str, list[Any]]] = []

    def catch(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if "SAVEPOINT" not in sql and not sql.startswith("BEGIN"):
            caught.append((sql, list(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(catch):
        outcome = work()
    number = str(outcome.result["number"])
    marks = {str(outcome.id): "id", outcome.id.hex: "id", number: "number"}
    for place, (sql, values) in enumerate(caught):
        ids = "channels_notice" in sql
        caught[place] = (
            sql,
            [_mark(v, marks, first=ids and n == 0) for n, v in enumerate(values)],
        )
    return caught


def _mark(value: Any, marks: dict[str, str], *, first: bool) -> Any:
    return "notice" if first else marks.get(_key(value), value)


def _fresh() -> dict[str, Any]:
    from yige.base.rows import as_key
    from yige.kernel.ids import new_id

    return {"id": as_key(new_id()), "notice": as_key(new_id()), "number": ""}


def _key(value: Any) -> str:
    return str(value)


def _bulk() -> dict[str, Any]:
    from django.db import transaction

    from tests.cases.offices import Offices
    from tests.cases.test_bulk import by_commands, histories
    from tests.city import City
    from yige.cases import bulk
    from yige.people.models import Appointment
    from yige.people.seats import seats_of

    offices = Offices(City())
    for held in Appointment.objects.select_related("post", "person"):
        seat = seats_of(held.person.account_id, at=held.held_from)[0]
        offices.actors[held.post.name] = seat.actor
    past = histories(offices, number=PAST_CASES)
    began = time.perf_counter()
    bulk.load(past, workers=PROCESSES)
    rate = PAST_CASES / (time.perf_counter() - began)
    some = histories(offices, number=PAST_CASES // 10)
    began = time.perf_counter()
    with transaction.atomic():
        by_commands(some)
    single = len(some) / (time.perf_counter() - began)
    steps = sum(len(case.steps) for case in past) / len(past) + 1
    return {"rate": rate, "single": single, "steps": steps}


PARTS = {"prepare": _prepare, "door": _door, "floor": _floor, "bulk": _bulk}

if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(PARTS[sys.argv[1]]()))
