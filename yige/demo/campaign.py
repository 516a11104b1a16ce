"""A survey campaign of the demo city: one community, a third of its sheets handed in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np

from yige.base import commands
from yige.base.access import SYSTEM, Actor, Role
from yige.demo.city import City
from yige.demo.seeds import stream
from yige.kernel.ids import new_id
from yige.people.holders import Holder, holders_within
from yige.surveying.models import Line, Sheet

HANDED_IN: Final = 14
CHECKED: Final = 6
OPENS_BEFORE, CLOSES_AFTER = timedelta(days=12), timedelta(days=18)


def load_campaign(city: City, *, at: datetime) -> None:
    """Open a campaign where the demo's grid worker sits, hand it out, and count a part of it."""
    workers = holders_within(city.code, at=at, roles=(Role.GRID_WORKER,))
    shown = next(worker for worker in workers if worker.account)
    community, today = shown.area_code[:12], at.date()
    campaign = _do(
        "surveying.open_campaign", at, name=f"{today.year}年下半年入户普查", area=community,
        vintage=str(today.replace(day=1)), opens_on=str(today - OPENS_BEFORE),
        closes_on=str(today + CLOSES_AFTER),
    )  # fmt: skip
    due = str(today + timedelta(days=6))
    _do("surveying.hand_out_by_grid", at, campaign=campaign, due_on=due)
    by_post = {worker.post: worker for worker in workers}
    sheets = Sheet.objects.filter(campaign=campaign).select_related("group").order_by("number")
    own = [s for s in sheets if s.group and s.group.post == shown.post]
    others = [s for s in sheets if s.group and s.group.post != shown.post]
    _count(others[:HANDED_IN], by_post, stream(city.seed, "campaign"), at)
    right = others[:HANDED_IN]
    agreeing = [str(s.id) for s in Sheet.objects.filter(
        id__in=[s.id for s in right], finding_count=0).order_by("number")[:CHECKED]]  # fmt: skip
    if agreeing:
        _do("surveying.check", at, sheets=agreeing)
    _leave_for(shown, own, at)


def _count(
    sheets: list[Sheet], by_post: Mapping[UUID, Holder], rng: np.random.Generator, at: datetime
) -> None:
    """Hand sheets in: most as they were known, one unit in six quite different."""
    lines: dict[UUID, list[Line]] = {sheet.id: [] for sheet in sheets}
    for line in Line.objects.filter(sheet__in=sheets).order_by("n"):
        lines[line.sheet_id].append(line)
    for sheet in sheets:
        counts = [_counted(line, rng) for line in lines[sheet.id]]
        worker = by_post[sheet.group.post] if sheet.group and sheet.group.post else None
        by = _as_actor(worker) if worker else SYSTEM
        _do("surveying.hand_in", at, by, sheet=sheet.id, counts=counts)


def _counted(line: Line, rng: np.random.Generator) -> dict[str, int]:
    homes = max(line.households_then + int(rng.integers(-1, 3)), 0)
    if rng.random() < 1 / 6:
        homes = homes * 2 // 3
    let, empty = int(rng.integers(0, 4)), int(rng.integers(0, 3))
    residents = line.residents_then + 2 * (homes - line.households_then)
    return {
        "line": line.n,
        "households": homes,
        "residents": max(residents, homes),
        "occupied": max(homes - let, 0),
        "let": min(let, homes),
        "empty": empty,
    }


def _leave_for(worker: Holder, own: list[Sheet], at: datetime) -> None:
    """Leave the demo's grid worker one sheet that came back, one begun, and the rest."""
    if len(own) < 2:
        return
    returned, begun, *_ = own
    by = _as_actor(worker)
    lines = Line.objects.filter(sheet=returned).order_by("n")
    counts = [{"line": line.n, "households": line.households_then // 2} for line in lines]
    _do("surveying.hand_in", at, by, sheet=returned.id, counts=counts)
    _do(
        "surveying.send_back", at, sheet=returned.id, reason="户数比物业清单少一半，请上门再数一次"
    )
    _do("surveying.begin", at, by, sheet=begun.id)


def _as_actor(holder: Holder) -> Actor:
    return Actor(
        role=holder.role, area=holder.area_code, account=holder.account, person=holder.person,
        post=holder.post, organisation=holder.organisation, name=holder.name, title=holder.title,
    )  # fmt: skip


def _do(command: str, at: datetime, by: Actor = SYSTEM, **body: Any) -> UUID:
    said: Mapping[str, Any] = {
        name: str(value) if isinstance(value, UUID) else value for name, value in body.items()
    }
    return commands.run(command, said, id=new_id(), actor=by, at=at).id
