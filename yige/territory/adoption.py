"""Make a plan the net: codes, memberships, successions, and every open row, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from pydantic import Field

from yige.base import jobs, rows
from yige.base.access import within
from yige.base.commands import Call, command
from yige.kernel.codes import DEDICATED_FROM
from yige.kernel.ids import new_id
from yige.territory import access, net, queries
from yige.territory.affected import in_parts
from yige.territory.change import Change
from yige.territory.errors import NotAdoptable, PlanState
from yige.territory.ground import Ground
from yige.territory.models import Grid, Membership, Plan, PlanGrid, Succession, Unit
from yige.territory.moving import rederive
from yige.territory.plans import FIGURES, PlanNamed, laid_out, refreshed, save, write_grids
from yige.territory.previews import (
    Begun,
    Fault,
    Passing,
    begun_of,
    by_old,
    change_of,
    codes_of,
    faults,
    passings,
)


class Adopted(PlanNamed):
    """The plan to adopt, and the net that the decision was made on."""

    net_version: int = Field(ge=0)


@command("territory.adopt_plan", may=access.may_adopt)
def adopt_plan(call: Call, adopted: Adopted) -> Plan:
    """Make a plan the net in force; a plan that is it already changes nothing.

    Grids whose units stay the same keep code and name. Raises NotAdoptable with every grid that
    is not connected, or out of range without a written reason; Stale when plan or net moved on.
    """
    plan = access.plan_for(call.actor, adopted.plan)
    if plan.state == Plan.ADOPTED:
        return plan
    if plan.state not in (Plan.DRAFT, Plan.PROPOSED):
        raise PlanState(plan=str(plan.id), state=plan.state, wanted=[Plan.DRAFT, Plan.PROPOSED])
    call.expect(plan)
    net.hold(based_on=adopted.net_version)
    ground, labels = laid_out(plan, call.at)
    grids = refreshed(plan, ground, labels)
    broken = faults(plan, grids, ground, labels)
    if broken or not grids:
        raise NotAdoptable(plan=str(plan.id), faults=[_said(fault) for fault in broken[:100]])
    change = change_of(ground, labels)
    begun = begun_of(grids, codes_of(grids, change))
    _write_net(call, plan, ground, grids, change, begun)
    there = Unit.objects.filter(within(plan.area_code, field="community_code"))
    moved = rederive(there, change.retired, at=call.at)
    _retire_plans(call, plan)
    plan.state, plan.adopted_at = Plan.ADOPTED, call.at
    save(call, plan)
    net.bump(at=call.at)
    _tell(call, plan, change, begun, moved)
    jobs.enqueue("territory.draw_net", at=call.at, by=call.actor, key=f"net:{net.stamp()}")
    return plan


def _write_net(
    call: Call,
    plan: Plan,
    ground: Ground,
    grids: Mapping[int, PlanGrid],
    change: Change,
    begun: Sequence[Begun],
) -> None:
    close_grids(change.retired, call.at)
    reasons = {label: grid.reason for label, grid in grids.items()}
    ids = open_grids(begun, call.at, plan=plan.id, reasons=reasons)
    rows.insert(
        Membership,
        [
            {"unit_id": unit, "grid_id": ids[label], "valid_from": call.at}
            for unit, label in zip(ground.ids, change.planned.values(), strict=True)
            if label in ids
        ],
    )
    codes = {grid.label: grid.code for grid in begun}
    write_passings(passings(change, codes), call.at)
    every = dict(change.kept) | codes
    for label, grid in grids.items():
        grid.code = every[label]
    write_grids(grids.values(), ["code", *FIGURES])


def open_grids(
    begun: Sequence[Begun], at: datetime, *, plan: UUID | None, reasons: Mapping[int, str]
) -> dict[int, UUID]:
    """Write grids that begin, still without units; return the id of each by its label."""
    made: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "code": grid.code,
            "community_code": grid.community_code,
            "name": grid.name,
            "kind": Grid.DEDICATED if int(grid.code[12:]) >= DEDICATED_FROM else Grid.GENERAL,
            "plan_id": plan,
            "households": grid.households,
            "reason": reasons.get(grid.label, ""),
            "valid_from": at,
        }
        for grid in begun
    ]
    rows.insert(Grid, made)
    return {grid.label: row["id"] for grid, row in zip(begun, made, strict=True)}


def close_grids(retired: Iterable[str], at: datetime) -> None:
    """End grids and the memberships in them."""
    for some in in_parts(sorted(retired)):
        open_memberships = Membership.objects.filter(grid__code__in=some, valid_until=None)
        Membership.objects.filter(pk__in=open_memberships.values("pk")).update(valid_until=at)
        Grid.objects.filter(code__in=some).update(valid_until=at)


def write_passings(passed: Iterable[Passing], at: datetime) -> None:
    """Keep for ever what became of each area that ended at an instant."""
    rows.insert(Succession, [{**asdict(passing), "at": at} for passing in passed])


def _retire_plans(call: Call, plan: Plan) -> None:
    """Retire each earlier plan of which no grid is in force any more."""
    alive = Grid.objects.filter(valid_until=None).values("plan_id")
    older = Plan.objects.filter(state=Plan.ADOPTED).exclude(id=plan.id).exclude(id__in=alive)
    older.update(state=Plan.RETIRED, version=F("version") + 1, changed_by=call.id)


def _tell(
    call: Call, plan: Plan, change: Change, begun: Sequence[Begun], moved: dict[str, int]
) -> None:
    codes = {grid.label: grid.code for grid in begun}
    passed = passings(change, codes)
    call.tell(
        "territory.plan_adopted",
        subject=plan.id,
        area=plan.area_code,
        name=plan.name,
        kept=len(change.kept),
        opened=len(codes),
        retired=len(change.retired),
        moved_units=len(change.moved),
        moved_households=change.moved_households,
        moved_rows=moved,
        communities=_by_community(change.retired, codes.values()),
    )
    tell_of_grids(call, begun, passed, plan=str(plan.id))


def tell_of_grids(
    call: Call, begun: Iterable[Begun], passed: Sequence[Passing], *, plan: str = ""
) -> None:
    """Tell of each grid that began what it took over, and of each that ended its main heir."""
    before: dict[str, list[str]] = defaultdict(list)
    for passing in passed:
        before[passing.new_code].append(passing.old_code)
    for grid in begun:
        call.tell("territory.grid_opened", area=grid.code, name=grid.name,
                  households=grid.households, took_over=before[grid.code], plan=plan)  # fmt: skip
    for old, heirs in by_old(passed).items():
        call.tell("territory.grid_retired", area=old, heir=heirs[0].new_code, plan=plan)


def _by_community(retired: Iterable[str], opened: Iterable[str]) -> dict[str, list[int]]:
    """Count by community how many grids ended and how many began."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, codes in enumerate((retired, opened)):
        for code in codes:
            counted[code[:12]][place] += 1
    return dict(sorted(counted.items()))


def _said(fault: Fault) -> dict[str, Any]:
    side = "below" if fault.by < 0 else "above"
    return {
        "label": fault.label,
        "community": fault.community,
        "name": queries.name_of(fault.community),
        "what": side if fault.what == "range" else fault.what,
        "by": abs(fault.by),
    }
