"""The service over HTTP: taking cases in at 8 clients, and the first page of a long list.

Two server processes; the clients run in a process of their own on the same cores. The intake is
set beside the same statements without web and door (see `intake.py`), in the same run. Each
answer is checked, and every case that was answered is looked for afterwards: none lost, none
doubled. The clients are a hotline's gateway: they show a token of the city platform.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import clients, intake
from benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parents[1]
CLIENTS, SECONDS, ROUNDS = 8, 5.0, 3
LISTED, PAGES = 100_000, 200


def run() -> list[Figure]:
    """Measure intake and the list over HTTP."""
    with tempfile.TemporaryDirectory(prefix="yige-http-") as home:
        env = {**os.environ, "YIGE_HOME": home, "PYTHONPATH": str(ROOT),
               "DJANGO_SETTINGS_MODULE": "yige.config.settings"}  # fmt: skip
        intake._call(env, "prepare")
        port = _free_port()
        server = _serve(env, port)
        try:
            figures = [_intake(env, port), *_lists(env, port)]
        finally:
            server.terminate()
            server.wait(timeout=60)
    return figures


def _intake(env: dict[str, str], port: int) -> Figure:
    rates, late, floor = [], [], []
    for _ in range(ROUNDS):
        done = _ask(env, "post", port)
        rates.append(done["done"] / SECONDS)
        late.append(done["p95"])
        lost = _ask(env, "count", port, json.dumps(done["ids"]))
        assert lost == {"lost": 0, "doubled": 0}, lost
        floor.append(sum(part["done"] for part in intake._together(env, "floor")) / intake.SECONDS)
    kind = "PostgreSQL" if "postgres" in env.get("YIGE_DATABASE", "") else "SQLite"
    return Figure(
        f"cases accepted over HTTP, 8 clients, 2 processes, {kind}",
        f"{median(rates):.0f}/s, p95 {median(late):.0f} ms, 0 lost, 0 doubled",
        f"the same statements bare {median(floor):.0f}/s",
        median(rates) / median(floor),
        "0.12" if kind == "SQLite" else "0.30",
    )


def _lists(env: dict[str, str], port: int) -> list[Figure]:
    few = _ask(env, "list", port)
    _ask(env, "fill", port)
    many = _ask(env, "list", port)
    return [
        Figure(
            f"first page of 50 in {LISTED:,} cases over HTTP, rights applied",
            f"p95 {many['p95']:.0f} ms",
            f"the same page before they were there, p95 {few['p95']:.0f} ms",
            many["p95"] / few["p95"],
            "p95 15 ms at 1 million",
        )
    ]


def _serve(env: dict[str, str], port: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "yige.cli", "serve", "--port", str(port), "--no-worker"]
    server = subprocess.Popen(command, env=env, cwd=ROOT)
    for _ in range(120):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).read()
        except OSError:
            time.sleep(0.5)
        else:
            return server
    raise SystemExit("the server did not start")


def _ask(env: dict[str, str], what: str, port: int, given: str = "") -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.http", what, str(port)]
    said = subprocess.run(
        command, env=env, cwd=ROOT, input=given, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def _post(port: int) -> dict[str, Any]:
    """Send openings from 8 clients, each on its own kept connection."""
    from yige.kernel.ids import new_id

    key, bodies = _token(), intake._bodies()

    def opening() -> clients.Request:
        item = {"id": str(new_id()), "command": "cases.open", "body": next(bodies)}
        return item["id"], clients.post("/api/v1/commands", {"items": [item]}, key=key)

    took, said = clients.ask_for(SECONDS, opening, port=port, clients=CLIENTS)
    for _, answer in said:
        assert answer["items"][0]["outcome"] == "done", answer
    ids = [case for case, _ in said]
    return {"done": len(took), "p95": took[int(len(took) * 0.95)] * 1000, "ids": ids}


def _count(port: int) -> dict[str, Any]:
    from yige.base.models import Entry
    from yige.cases.models import Case

    ids = json.loads(sys.stdin.read())
    found = {str(case) for case in Case.objects.values_list("id", flat=True)}
    told = [str(entry) for entry in Entry.objects.values_list("id", flat=True)]
    return {"lost": sum(case not in found for case in ids), "doubled": len(told) - len(set(told))}


def _list(port: int) -> dict[str, Any]:
    """Ask for the first page as the city platform, over a log-in of its own."""
    key = _token()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    took = []
    for _ in range(PAGES):
        began = time.perf_counter()
        line.request("GET", "/api/v1/cases", headers={"Authorization": f"Bearer {key}"})
        answer = line.getresponse()
        said = answer.read()
        assert answer.status == 200, said
        took.append(time.perf_counter() - began)
    took.sort()
    return {"p95": took[int(len(took) * 0.95)] * 1000}


def _token() -> str:
    """Give a program a key to the city platform's post, by the command for it."""
    from yige.base.access import Actor, Role
    from yige.base.commands import run as run_command
    from yige.base.tokens import bearer_of
    from yige.kernel.ids import new_id
    from yige.people.models import Appointment

    platform = Appointment.objects.select_related("person").get(post__role=Role.PLATFORM)
    given = new_id()
    run_command(
        "base.give_token",
        {"account": str(platform.person.account_id), "post": str(platform.post_id),
         "label": "bench", "days": 1},
        id=given, actor=Actor(role=Role.SECURITY_ADMIN),
    )  # fmt: skip
    return bearer_of(given)


def _fill(port: int) -> dict[str, Any]:
    """Copy a case until there are 100,000, most of them long closed."""
    from datetime import timedelta

    from django.db import transaction

    from yige.base import rows
    from yige.cases.models import Case
    from yige.kernel.ids import new_id

    like = Case.objects.values()[0]
    then = like["received_at"]
    closed = {"state": "closed", "closed_at": then, "handled_at": then}

    def copies() -> Any:
        for number in range(LISTED):
            at = like["received_at"] - timedelta(minutes=5 * number)
            more = closed if number % 20 else {}
            yield like | more | {"id": new_id(), "number": f"b{number}", "received_at": at}

    with transaction.atomic():
        rows.load(Case, copies())
    return {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


PARTS = {"post": _post, "count": _count, "list": _list, "fill": _fill}

if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(PARTS[sys.argv[1]](int(sys.argv[2]))))
