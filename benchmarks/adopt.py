"""Adopt 300 grids with 20,000 cases and 5,000 posts, against the bare updates of the same rows.

The bare updates write what adoption writes into cases, posts and memberships, one statement for
each table and nothing else: no look at the plan, no codes, no shares, no journal.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from benchmarks.figures import Figure

COMMUNITIES, UNITS, A_GRID = 30, 160, 16
CASES, POSTS = 20_000, 5_000
AT = datetime(2026, 1, 1, tzinfo=UTC)
CITY = "370683"
SIDE = 0.0005


def run() -> list[Figure]:
    """Measure the preview and the adoption of a new division of the whole city."""
    from django import setup

    setup()
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        units = _build()
    _adopt(_drafted(shift=0))
    with transaction.atomic():
        _fill(units)
    plan, grids = _drafted(shift=A_GRID // 2), COMMUNITIES * UNITS // A_GRID
    seen = _timed(lambda: _preview(plan))
    whole = _timed(lambda: _adopt(plan))
    told = _timed(_hear)
    bare, moved = _bare()
    kind = "PostgreSQL" if "postgres" in os.environ.get("YIGE_DATABASE", "") else "SQLite"
    return [
        Figure(
            f"{grids} grids adopted, {CASES:,} cases (half open), {POSTS:,} posts, {kind}",
            f"{whole:.2f} s",
            f"bare updates of the {moved:,} rows that moved {bare:.2f} s",
            whole / bare,
            "< 10 s",
        ),
        Figure(
            f"the preview of it, and {POSTS:,} holders told after it, {kind}",
            f"{seen:.2f} s, {told:.2f} s",
            f"the adoption {whole:.2f} s",
            seen / whole,
        ),
    ]


def _build() -> list[dict[str, Any]]:
    from yige.base import rows
    from yige.kernel.ids import new_id
    from yige.territory import net
    from yige.territory.models import Border, Division, Unit

    communities = [f"{CITY}{1 + n // 9:03d}{n:03d}" for n in range(COMMUNITIES)]
    divisions = [(CITY, "城", "city")]
    divisions += [(code, code, "town") for code in sorted({c[:9] for c in communities})]
    divisions += [(code, f"{code[-3:]}社区", "community") for code in communities]
    rows.insert(
        Division,
        [
            {"code": code, "name": name, "level": level, "valid_from": AT}
            for code, name, level in divisions
        ],
    )
    units = [
        {
            "id": new_id(),
            "code": f"{community}{place + 1:06d}",
            "community_code": community,
            "households": 19,
            "lon": 119.9 + (place % 12) * SIDE + n * SIDE * 14,
            "lat": 37.2 + place // 12 * SIDE,
            "outline": _square(119.9 + (place % 12 + n * 14) * SIDE, 37.2 + place // 12 * SIDE),
            "valid_from": AT,
        }
        for n, community in enumerate(communities)
        for place in range(UNITS)
    ]
    rows.load(Unit, units)
    rows.load(
        Border,
        [
            {"a_id": a["id"], "b_id": b["id"], "metres": 50.0}
            for a, b in pairwise(units)
            if a["community_code"] == b["community_code"]
        ],
    )
    net.bump(at=AT)
    return units


def _square(west: float, south: float) -> str:
    east, north = west + SIDE, south + SIDE
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _fill(units: list[dict[str, Any]]) -> None:
    """Put cases and posts into the grids in force, every post with a holder."""
    from yige.base import rows
    from yige.base.models import Account
    from yige.cases.models import Case
    from yige.people.models import Appointment, Person, Post
    from yige.territory.locate import area_of_unit

    areas = [(unit["code"], area_of_unit(unit["code"])) for unit in units]
    rows.load(Case, _cases(areas))
    seats = list(_seats(areas))
    for model, place in ((Account, 0), (Person, 1), (Post, 2), (Appointment, 3)):
        rows.load(model, [seat[place] for seat in seats])


def _cases(areas: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    from yige.kernel.ids import new_id

    for number in range(CASES):
        unit, area = areas[number * 7 % len(areas)]
        is_open = number % 2 == 0
        yield {
            "id": new_id(),
            "number": f"2026-{number:06d}",
            "source": "web",
            "category": "0502",
            "state": "accepted" if is_open else "closed",
            "level": "grid",
            "workflow": 1,
            "text": "楼道里堆了旧家具",
            "unit_code": unit if number % 5 else "",
            "area_code": area,
            "counted_in": area,
            "received_at": AT,
            "closed_at": None if is_open else AT,
        }


def _seats(areas: list[tuple[str, str]]) -> Iterator[tuple[dict[str, Any], ...]]:
    from yige.kernel.ids import new_id

    grids = sorted({area for _, area in areas})
    for number in range(POSTS):
        account, person, post = new_id(), new_id(), new_id()
        yield (
            {"id": account, "username": f"u{number}", "name": "某人", "created_at": AT,
             "password": "", "last_login": None},
            {"id": person, "name": "某人", "account_id": account},
            {"id": post, "role": "grid_worker" if number < len(grids) else "volunteer",
             "area_code": grids[number % len(grids)], "name": "岗位"},
            {"id": new_id(), "person_id": person, "post_id": post, "held_from": AT},
        )  # fmt: skip


def _drafted(*, shift: int) -> str:
    """Draft a division of each community into ten runs of units."""
    from yige.base.access import SYSTEM
    from yige.base.commands import run as do
    from yige.kernel.ids import new_id
    from yige.territory.ground import ground_of

    drafted = do(
        "territory.draft_plan",
        {"name": "方案", "area": CITY, "lower": 1, "upper": 1000},
        id=new_id(),
        actor=SYSTEM,
    )
    plan = str(drafted.result["id"])
    ground = ground_of(CITY, datetime.now(UTC))
    last = UNITS // A_GRID - 1
    labels = [
        int(code[6:12]) * 100 + min(last, (int(code[12:]) - 1 + shift) // A_GRID) + 1
        for code in ground.codes
    ]
    body = {"plan": plan, "fingerprint": ground.fingerprint, "labels": labels}
    do("territory.store_plan", body, id=new_id(), actor=SYSTEM)
    return plan


def _preview(plan: str) -> None:
    from yige.base.access import SYSTEM
    from yige.people.moves import posts_in
    from yige.territory.models import Plan
    from yige.territory.previews import preview

    seen = preview(Plan.objects.get(id=plan), at=datetime.now(UTC))
    assert len(posts_in(SYSTEM, seen.retired, at=datetime.now(UTC))) == POSTS


def _adopt(plan: str) -> None:
    from yige.base.access import SYSTEM
    from yige.base.commands import run as do
    from yige.kernel.ids import new_id
    from yige.territory import net

    adopted = {"plan": plan, "net_version": net.version()}
    do("territory.adopt_plan", adopted, id=new_id(), actor=SYSTEM)


def _hear() -> None:
    from yige.base import listeners
    from yige.channels.models import Notice

    listeners.hear_all()
    assert Notice.objects.filter(about="territory.grid_opened").count() == POSTS


def _bare() -> tuple[float, int]:
    """Update the rows that an adoption moves, one plain statement a table."""
    from django.db import connection, transaction

    statements = (
        "UPDATE cases_case SET area_code = area_code WHERE closed_at IS NULL",
        "UPDATE people_post SET area_code = area_code WHERE ended_at IS NULL",
        "UPDATE territory_membership SET valid_from = valid_from WHERE valid_until IS NULL",
    )
    began, moved = time.perf_counter(), 0
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            moved += cursor.rowcount
    return time.perf_counter() - began, moved


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
