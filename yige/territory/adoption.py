"""Make a plan the net: codes, memberships, successions, and every open row, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from json import loads
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from pydantic import Field

from yige.base import jobs, rows
from yige.base.access import within
from yige.base.commands import Call, command
from yige.base.models import InArea
from yige.kernel.ids import new_id
from yige.territory import access, net, queries
from yige.territory.addresses import short_name
from yige.territory.affected import in_area_models, in_parts, touched
from yige.territory.change import Change, compare
from yige.territory.errors import NotAdoptable, PlanState
from yige.territory.fixes import deviation
from yige.territory.ground import Ground, Ints
from yige.territory.models import Grid, Membership, Plan, PlanGrid, Succession
from yige.territory.numbering import numbered
from yige.territory.plans import (
    FIGURES,
    PlanNamed,
    laid_out,
    refreshed,
    save,
    write_grids,
)


class Adopted(PlanNamed):
    """The plan to adopt, and the net that the decision was made on."""

    net_version: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a planned grid breaks."""

    label: int
    community: str
    what: str
    by: int


@dataclass(frozen=True)
class Preview:
    """What adoption would do, before it is done."""

    net_version: int
    faults: tuple[Fault, ...]
    kept: int
    opened: Mapping[int, str]
    retired: tuple[str, ...]
    moved_units: int
    moved_households: int
    rooms: Mapping[str, Mapping[str, int]]


def preview(plan: Plan, *, at: datetime) -> Preview:
    """Work out what adopting a plan would change, write nothing."""
    ground, labels = laid_out(plan, at)
    grids = refreshed(plan, ground, labels)
    change = _change(ground, labels)
    return Preview(
        net_version=net.version(),
        faults=tuple(faults(plan, grids)),
        kept=len(change.kept),
        opened=_codes(grids, change),
        retired=tuple(sorted(change.retired)),
        moved_units=len(change.moved),
        moved_households=change.moved_households,
        rooms=touched(change, area=plan.area_code),
    )


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
    broken = faults(plan, grids)
    if broken or not grids:
        raise NotAdoptable(plan=str(plan.id), faults=[_said(fault) for fault in broken[:100]])
    change = _change(ground, labels)
    codes = _codes(grids, change)
    _write_net(call, plan, ground, grids, change, codes)
    moved = rederive(plan.area_code, change.retired, at=call.at)
    _retire_plans(call, plan)
    plan.state, plan.adopted_at = Plan.ADOPTED, call.at
    save(call, plan)
    net.bump(at=call.at)
    _tell(call, plan, change, codes, moved)
    jobs.enqueue("territory.draw_net", at=call.at, by=call.actor, key=f"net:{net.stamp()}")
    return plan


def faults(plan: Plan, grids: Mapping[int, PlanGrid]) -> list[Fault]:
    """List what keeps the grids of a plan from being adopted."""
    found = []
    for grid in grids.values():
        if grid.pieces > 1:
            found.append(Fault(grid.label, grid.community_code, "pieces", grid.pieces))
        off = deviation(grid.households, lower=plan.lower, upper=plan.upper)
        if off and not grid.reason:
            found.append(Fault(grid.label, grid.community_code, "range", off))
    return found


def rederive(area: str, retired: Iterable[str], *, at: datetime) -> dict[str, int]:
    """Give every open row of an area the grid it lies in now; return how many rows moved.

    Rows that know their unit follow it; those that know only an ended grid go to the one that
    took over most of its households.
    """
    moved = {}
    for model in in_area_models():
        number = _follow_units(model, area)
        for some in in_parts(sorted(retired)):
            number += _follow_heirs(model, some, at)
        if number:
            moved[model._meta.label_lower] = number
    return moved


def _follow_units(model: type[InArea], area: str) -> int:
    held = Membership.objects.filter(unit__code=OuterRef("unit_code"), valid_until=None)
    grid = Subquery(held.values("grid__code")[:1])
    there = model.open_rows().filter(within(area, field="unit_code")).annotate(_grid=grid)
    moving = there.filter(_grid__isnull=False).exclude(area_code=F("_grid"))
    return _plain(model, moving).update(area_code=Coalesce(grid, F("area_code")))


def _follow_heirs(model: type[InArea], retired: Sequence[str], at: datetime) -> int:
    later = Succession.objects.filter(old_code=OuterRef("area_code"), at=at)
    heir = Subquery(later.order_by("-share", "new_code").values("new_code")[:1])
    there = model.open_rows().filter(area_code__in=retired)
    return _plain(model, there).update(area_code=Coalesce(heir, F("area_code")))


def _plain(model: type[InArea], there: QuerySet[Any]) -> QuerySet[Any]:
    """Select the same rows by their key, so that an update bears any way of choosing them."""
    return model._default_manager.filter(pk__in=there.values("pk"))


def _change(ground: Ground, labels: Ints) -> Change:
    now = {
        code: ground.grids[grid]
        for code, grid in zip(ground.codes, ground.grid.tolist(), strict=True)
        if grid >= 0
    }
    planned = dict(zip(ground.codes, labels.tolist(), strict=True))
    return compare(now, planned, dict(zip(ground.codes, ground.households.tolist(), strict=True)))


def _codes(grids: Mapping[int, PlanGrid], change: Change) -> dict[int, str]:
    """Give each new grid its code, community by community."""
    opened: dict[str, list[int]] = defaultdict(list)
    for label in sorted(change.opened):
        opened[grids[label].community_code].append(label)
    codes: dict[int, str] = {}
    for community, labels in opened.items():
        taken = Grid.objects.filter(community_code=community).values_list("code", flat=True)
        middles = {label: _middle(grids[label]) for label in labels}
        codes |= numbered(labels, middles, taken=list(taken), community=community)
    return codes


def _middle(grid: PlanGrid) -> tuple[float, float]:
    facts = loads(grid.facts)
    return facts["lon"], facts["lat"]


def _write_net(
    call: Call,
    plan: Plan,
    ground: Ground,
    grids: Mapping[int, PlanGrid],
    change: Change,
    codes: Mapping[int, str],
) -> None:
    ids = {label: new_id() for label in codes}
    _close(change.retired, call.at)
    names = queries.names_of({grids[label].community_code for label in codes})
    rows.insert(
        Grid,
        [
            {
                "id": ids[label],
                "code": code,
                "community_code": grids[label].community_code,
                "name": name_of_grid(names[grids[label].community_code], code),
                "plan_id": plan.id,
                "households": grids[label].households,
                "reason": grids[label].reason,
                "valid_from": call.at,
            }
            for label, code in codes.items()
        ],
    )
    rows.insert(
        Membership,
        [
            {"unit_id": unit, "grid_id": ids[label], "valid_from": call.at}
            for unit, label in zip(ground.ids, change.planned.values(), strict=True)
            if label in ids
        ],
    )
    rows.insert(Succession, _successions(change, codes, call.at))
    every = dict(change.kept) | dict(codes)
    for label, grid in grids.items():
        grid.code = every[label]
    write_grids(grids.values(), ["code", *FIGURES])


def _close(retired: frozenset[str], at: datetime) -> None:
    for some in in_parts(sorted(retired)):
        open_memberships = Membership.objects.filter(grid__code__in=some, valid_until=None)
        Membership.objects.filter(pk__in=open_memberships.values("pk")).update(valid_until=at)
        Grid.objects.filter(code__in=some).update(valid_until=at)


def _successions(change: Change, codes: Mapping[int, str], at: datetime) -> list[dict[str, Any]]:
    every = dict(change.kept) | dict(codes)
    return [
        {
            "old_code": heir.old,
            "new_code": every[heir.label],
            "at": at,
            "households": heir.households,
            "share": heir.share,
        }
        for heir in change.heirs
    ]


def name_of_grid(community: str, code: str) -> str:
    """Name a grid after its community and serial: 文昌03网格."""
    return f"{short_name(community)}{int(code[12:]):02d}网格"


def _retire_plans(call: Call, plan: Plan) -> None:
    """Retire each earlier plan of which no grid is in force any more."""
    alive = Grid.objects.filter(valid_until=None).values("plan_id")
    older = Plan.objects.filter(state=Plan.ADOPTED).exclude(id=plan.id).exclude(id__in=alive)
    older.update(state=Plan.RETIRED, version=F("version") + 1, changed_by=call.id)


def _tell(
    call: Call, plan: Plan, change: Change, codes: Mapping[int, str], moved: dict[str, int]
) -> None:
    call.tell(
        "territory.plan_adopted",
        subject=plan.id,
        area=plan.area_code,
        kept=len(change.kept),
        opened=len(codes),
        retired=len(change.retired),
        moved_units=len(change.moved),
        moved_households=change.moved_households,
        moved_rows=moved,
    )
    for code in sorted(codes.values()):
        call.tell("territory.grid_opened", area=code, plan=str(plan.id))
    every = dict(change.kept) | dict(codes)
    for old, label in sorted(change.main_heir.items()):
        call.tell("territory.grid_retired", area=old, heir=every[label], plan=str(plan.id))


def _said(fault: Fault) -> dict[str, Any]:
    side = "below" if fault.by < 0 else "above"
    return {
        "label": fault.label,
        "community": fault.community,
        "name": queries.name_of(fault.community),
        "what": side if fault.what == "range" else fault.what,
        "by": abs(fault.by),
    }
