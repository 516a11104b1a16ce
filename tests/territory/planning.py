"""What tests of plans say often: who plans, and a plan with given grids."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.city import CODE, SETTLED
from yige.base.access import SYSTEM, Actor, Role
from yige.base.commands import Outcome, run
from yige.kernel.ids import new_id
from yige.territory import net
from yige.territory.ground import ground_of
from yige.territory.models import Grid, Membership, Plan

PLANNER = Actor(role=Role.PLANNER, area=CODE, account=new_id(), name="规划员")
NOON = datetime(2026, 6, 1, 4, tzinfo=SETTLED.tzinfo)


def do(command: str, /, at: datetime = NOON, actor: Actor = PLANNER, **body: Any) -> Outcome:
    """Run a command as the city's planner."""
    based_on = body.pop("based_on", None)
    said = {field: str(v) if isinstance(v, UUID) else v for field, v in body.items()}
    return run(command, said, id=new_id(), actor=actor, at=at, based_on=based_on)


def drafted(
    grid_of: Mapping[str, int], *, area: str = CODE, at: datetime = NOON, **more: Any
) -> Plan:
    """Draft a plan that puts each unit in the grid of its number."""
    body = {"name": "方案", "area": area, "lower": 200, "upper": 400} | more
    plan = UUID(str(do("territory.draft_plan", at, **body).result["id"]))
    ground = ground_of(area, at)
    labels = [grid_of[code] for code in ground.codes]
    stored = {"plan": plan, "fingerprint": ground.fingerprint, "labels": labels}
    do("territory.store_plan", at, SYSTEM, **stored)
    return Plan.objects.get(id=plan)


def adopt(plan: Plan, at: datetime = NOON, **more: Any) -> Outcome:
    """Adopt a plan on the net as it is."""
    body = {"plan": plan.id, "net_version": net.version()} | more
    return do("territory.adopt_plan", at, **body)


def halves(area: str = CODE, *, split: str = "columns", at: datetime = NOON) -> dict[str, int]:
    """Divide each community of the small city in two: left and right, or below and above."""
    ground = ground_of(area, at)
    found = {}
    for code in ground.codes:
        row, column = divmod(int(code[12:]) - 1, 6)
        side = column // 3 if split == "columns" else row // 2
        found[code] = ground.communities.index(code[:12]) * 2 + side
    return found


def members_now() -> dict[str, list[str]]:
    """Tell which grids hold each unit at present."""
    held: dict[str, list[str]] = {}
    rows = Membership.objects.filter(valid_until=None)
    for unit, grid in rows.values_list("unit__code", "grid__code"):
        held.setdefault(unit, []).append(grid)
    return held


def codes_ever() -> list[str]:
    """List every grid code that was ever given."""
    return list(Grid.objects.order_by("code").values_list("code", flat=True))
