"""Adopt 300 grids over 4,850 units with 5,000 open rows, against the plain updates alone."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from benchmarks.figures import Figure

COMMUNITIES, UNITS, A_GRID, OPEN = 34, 143, 16, 5_000
AT = datetime(2026, 1, 1, tzinfo=UTC)
CITY = "370683"
SIDE = 0.0005


def run() -> list[Figure]:
    """Measure one re-division of the whole city, and the same rows updated one by one."""
    from django import setup

    setup()
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        units = _build()
    _adopt(units, shift=0)
    with transaction.atomic():
        _open_rows(units)
    whole, grids = _adopt(units, shift=A_GRID // 2)
    plain = _timed(_update_one_by_one)
    return [
        Figure(
            f"{grids} grids adopted, {OPEN:,} open rows moved",
            f"{whole:.1f} s",
            f"the rows updated one by one {plain:.1f} s",
            whole / plain,
            "< 10 s",
        )
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


def _open_rows(units: list[dict[str, Any]]) -> None:
    from yige.base import rows
    from yige.kernel.ids import new_id
    from yige.territory.locate import area_of_unit
    from yige.territory.models import Place

    rows.load(Place, _places(units, area_of_unit, new_id))


def _places(
    units: list[dict[str, Any]], area_of: Callable[[str], str], new_id: Callable[[], UUID]
) -> Iterator[dict[str, Any]]:
    for number in range(OPEN):
        unit = units[number * 7 % len(units)]["code"]
        knows = number % 3 > 0
        yield {
            "id": new_id(),
            "name": "便民店",
            "kind": "shop",
            "unit_code": unit if knows else "",
            "area_code": area_of(unit),
        }


def _adopt(units: list[dict[str, Any]], *, shift: int) -> tuple[float, int]:
    """Divide each community into runs of units, and adopt; return the seconds and the grids."""
    from yige.base.access import SYSTEM
    from yige.base.commands import run as do
    from yige.kernel.ids import new_id
    from yige.territory import net
    from yige.territory.ground import ground_of

    drafted = do(
        "territory.draft_plan",
        {"name": "方案", "area": CITY, "lower": 1, "upper": 1000},
        id=new_id(),
        actor=SYSTEM,
    )
    plan = drafted.result["id"]
    ground = ground_of(CITY, datetime.now(UTC))
    labels = [int(code[6:12]) * 100 + (int(code[12:]) + shift) // A_GRID for code in ground.codes]
    body = {"plan": plan, "fingerprint": ground.fingerprint, "labels": labels}
    do("territory.store_plan", body, id=new_id(), actor=SYSTEM)
    adopted = {"plan": plan, "net_version": net.version()}
    seconds = _timed(lambda: do("territory.adopt_plan", adopted, id=new_id(), actor=SYSTEM))
    return seconds, len(set(labels))


def _update_one_by_one() -> None:
    from django.db import transaction

    from yige.territory.models import Place

    with transaction.atomic():
        for place in Place.objects.all():
            Place.objects.filter(id=place.id).update(area_code=place.area_code)


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
