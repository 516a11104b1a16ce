"""Draft a division of an area, look at it, mend it by hand, and propose it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from yige.base import city, jobs, rows
from yige.base.access import within
from yige.base.commands import Call, Stale, command
from yige.base.crypto import canonical
from yige.base.fields import Body, Line
from yige.base.models import Job
from yige.territory import access, net, queries
from yige.territory.codes import DivisionCode
from yige.territory.errors import (
    GridsLocked,
    LabelUnknown,
    NothingToDivide,
    PlanState,
    RangeWrong,
    UnitsChanged,
)
from yige.territory.fixes import Fix, as_facts, fixes_of
from yige.territory.ground import Figures, Ground, Ints, figures_of, ground_of
from yige.territory.models import Plan, PlanGrid, PlanUnit
from yige.territory.numbering import in_sweep

city.declare(
    "territory.lower", 200, label=_("Fewest households in a grid"), source="Laizhou: 200 to 400"
)
city.declare(
    "territory.upper", 400, label=_("Most households in a grid"), source="Laizhou: 200 to 400"
)

Keep = Literal["none", "some", "most"]
PRICE_OF_A_MOVE: Final[dict[str, float]] = {"none": 0.0, "some": 0.05, "most": 0.5}
"""What a household that leaves its old grid costs, beside 1 for each border that is cut."""
EVEN: Final[dict[str, float]] = {"none": 0.0, "some": 10.0, "most": 60.0}
"""What a grid costs whose work is half the mean of its community away from it."""
MOST_UNITS: Final = 1_000_000
FIGURES: Final = ("households", "units", "pieces", "facts")
SAVED: Final = (
    "state", "objective", "net_version", "adopted_at", "divided_version", "job_id", "version",
    "changed_by", "consulted_until",
)  # fmt: skip


class Draft(Body):
    """What is to be divided, and how."""

    name: Line = Field(min_length=1, max_length=120)
    area: DivisionCode
    lower: int = Field(ge=0, le=100_000)
    upper: int = Field(ge=1, le=100_000)
    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    grids: dict[str, int] = Field(default_factory=dict, max_length=10_000)
    keep: Keep = "none"
    even: Literal["none", "some", "most"] = "none"
    effort: Literal["quick", "normal", "best"] = "normal"


class PlanNamed(Body):
    """The plan that is meant."""

    plan: UUID


class Branched(PlanNamed):
    """The plan to copy, and the name of the copy."""

    name: Line = Field(min_length=1, max_length=120)


class Divided(PlanNamed):
    """What the engine found: a label for each unit, in the order of their codes."""

    fingerprint: str = Field(max_length=64)
    labels: list[int] = Field(max_length=MOST_UNITS)
    objective: dict[str, Any] = Field(default_factory=dict)
    work: list[int] = Field(default_factory=list, max_length=MOST_UNITS)


class Reasoned(PlanNamed):
    """Why these grids may be out of range."""

    labels: list[int] = Field(min_length=1, max_length=10_000)
    reason: Line


@command("territory.draft_plan", may=access.may_draft)
def draft_plan(call: Call, draft: Draft) -> Plan:
    """Begin a plan for an area and have a job divide it."""
    if draft.lower > draft.upper:
        raise RangeWrong(lower=draft.lower, upper=draft.upper)
    queries.area(draft.area)
    job = jobs.enqueue(
        "territory.divide", at=call.at, by=call.actor, area=draft.area, plan=str(call.id)
    )
    plan = Plan.objects.create(
        id=call.id,
        name=draft.name,
        area_code=draft.area,
        lower=draft.lower,
        upper=draft.upper,
        seed=draft.seed,
        options=canonical(draft.model_dump(include={"grids", "keep", "even", "effort"})),
        net_version=net.version(),
        job_id=job.id,
        created_at=call.at,
        changed_by=call.id,
    )
    call.tell("territory.plan_drafted", subject=plan.id, area=plan.area_code)
    return plan


@command("territory.branch_plan", may=access.may_edit_plan)
def branch_plan(call: Call, branched: Branched) -> Plan:
    """Copy a plan into a draft of its own, with its grids, locks and reasons."""
    plan = access.plan_for(call.actor, branched.plan)
    if not plan.grids.exists():
        raise NothingToDivide(area=plan.area_code)
    copy = Plan.objects.create(
        id=call.id,
        name=branched.name,
        area_code=plan.area_code,
        lower=plan.lower,
        upper=plan.upper,
        seed=plan.seed,
        options=plan.options,
        objective=plan.objective,
        net_version=plan.net_version,
        created_at=call.at,
        changed_by=call.id,
    )
    _copy(PlanUnit, plan, copy)
    _copy(PlanGrid, plan, copy)
    copy.grids.exclude(code="").update(code="")
    call.tell("territory.plan_branched", subject=copy.id, area=copy.area_code, of=str(plan.id))
    return copy


@command("territory.divide_again", may=access.may_edit_plan)
def divide_again(call: Call, named: PlanNamed) -> Plan:
    """Have a job divide a draft anew; what is locked stays, all else may change."""
    plan = plan_in(call, named.plan, Plan.DRAFT)
    job = jobs.enqueue(
        "territory.divide", at=call.at, by=call.actor, area=plan.area_code, plan=str(plan.id)
    )
    plan.job_id = job.id
    save(call, plan)
    call.tell("territory.plan_division_asked", subject=plan.id, area=plan.area_code)
    return plan


@command("territory.store_plan", may=access.may_store)
def store_plan(call: Call, divided: Divided) -> Plan:
    """Keep the grids that the engine found for a draft."""
    plan = plan_in(call, divided.plan, Plan.DRAFT)
    ground = ground_of(plan.area_code, call.at)
    work = divided.work or [0] * len(divided.labels)
    if divided.fingerprint != ground.fingerprint or not (
        len(divided.labels) == len(work) == len(ground)
    ):
        raise UnitsChanged(plan=str(plan.id))
    if not len(ground):
        raise NothingToDivide(area=plan.area_code)
    labels = swept(ground, np.array(divided.labels, dtype=np.int64))
    held = Held(plan, ground)
    held.check(labels)
    for drawn in (plan.strokes, plan.units, plan.grids):
        drawn.all().delete()
    rows.insert(
        PlanUnit,
        (
            {"plan_id": plan.id, "unit_id": unit, "label": label, "work": minutes}
            for unit, label, minutes in zip(ground.ids, labels.tolist(), work, strict=True)
        ),
    )
    rows.insert(PlanGrid, grid_rows(plan, ground, labels))
    held.put_back(plan, labels)
    plan.divided_version = plan.version + 1
    plan.objective = canonical(divided.objective)
    plan.net_version = net.version()
    save(call, plan)
    call.tell("territory.plan_divided", subject=plan.id, area=plan.area_code,
              grids=int(labels.max()), units=len(ground))  # fmt: skip
    return plan


@command("territory.set_reason", may=access.may_edit_plan)
def set_reason(call: Call, reasoned: Reasoned) -> Plan:
    """Write down why grids of a plan may be out of range."""
    plan = plan_in(call, reasoned.plan, Plan.DRAFT, Plan.PROPOSED)
    there = plan.grids.filter(label__in=reasoned.labels)
    if there.update(reason=reasoned.reason) != len(set(reasoned.labels)):
        raise LabelUnknown(labels=sorted(set(reasoned.labels))[:20])
    save(call, plan)
    call.tell("territory.plan_reason_given", subject=plan.id, area=plan.area_code,
              grids=len(set(reasoned.labels)))  # fmt: skip
    return plan


@command("territory.propose_plan", may=access.may_edit_plan)
def propose_plan(call: Call, named: PlanNamed) -> Plan:
    """Put a draft forward; its grids stand still until it is withdrawn or adopted."""
    plan = plan_in(call, named.plan, Plan.DRAFT)
    if not plan.grids.exists():
        raise NothingToDivide(area=plan.area_code)
    plan.state = Plan.PROPOSED
    save(call, plan)
    call.tell("territory.plan_proposed", subject=plan.id, area=plan.area_code)
    return plan


@command("territory.withdraw_plan", may=access.may_edit_plan)
def withdraw_plan(call: Call, named: PlanNamed) -> Plan:
    """Take a proposal back to the drafts; whoever was asked about it sees it no longer."""
    plan = plan_in(call, named.plan, Plan.PROPOSED)
    plan.state, plan.consulted_until = Plan.DRAFT, None
    save(call, plan)
    call.tell("territory.plan_withdrawn", subject=plan.id, area=plan.area_code)
    return plan


@command("territory.delete_plan", may=access.may_edit_plan)
def delete_plan(call: Call, named: PlanNamed) -> dict[str, Any]:
    """Throw a draft away and end the job that still works on it."""
    plan = plan_in(call, named.plan, Plan.DRAFT)
    for job in Job.objects.filter(id__in=[plan.job_id] if plan.job_id else []):
        jobs.ask_to_cancel(job)
    area = plan.area_code
    plan.delete()
    call.tell("territory.plan_deleted", subject=named.plan, area=area)
    return {"id": named.plan}


def laid_out(plan: Plan, at: datetime, *, area: str = "") -> tuple[Ground, Ints]:
    """Return the units and labels of a plan, or of one community of it.

    Raises UnitsChanged when a survey brought or took units since it was drawn.
    """
    ground = ground_of(area or plan.area_code, at)
    there = plan.units.filter(within(area or plan.area_code, field="unit__community_code"))
    labels = dict(there.values_list("unit__code", "label"))
    if labels.keys() != ground.place.keys():
        raise UnitsChanged(plan=str(plan.id))
    return ground, np.array([labels[code] for code in ground.codes], dtype=np.int64)


class Held:
    """What is locked in a draft: a locked unit holds its whole grid."""

    def __init__(self, plan: Plan, ground: Ground) -> None:
        self.units = set(plan.units.filter(is_locked=True).values_list("unit__code", flat=True))
        self.grids = dict(plan.grids.filter(is_locked=True).values_list("label", "reason"))
        mine = plan.units.filter(
            Q(label__in=self.grids)
            | Q(label__in=plan.units.filter(is_locked=True).values("label"))
        )
        self.pins = np.full(len(ground), -1, dtype=np.int64)
        for code, label in mine.values_list("unit__code", "label"):
            if code in ground.place:
                self.pins[ground.place[code]] = label
        self.codes = ground.codes

    def check(self, labels: Ints) -> None:
        """Refuse a division in which a grid that is held has lost or won a unit."""
        broken = [
            pin
            for pin in np.unique(self.pins[self.pins >= 0]).tolist()
            if not np.array_equal(
                self.pins == pin, labels == labels[int(np.argmax(self.pins == pin))]
            )
        ]
        if broken:
            raise GridsLocked(labels=broken[:20])

    def put_back(self, plan: Plan, labels: Ints) -> None:
        """Lock in the new division what was locked in the one before, with its reasons."""
        for old, reason in self.grids.items():
            for place in np.flatnonzero(self.pins == old)[:1].tolist():
                plan.grids.filter(label=int(labels[place])).update(is_locked=True, reason=reason)
        units = sorted(self.units)
        for start in range(0, len(units), 500):
            plan.units.filter(unit__code__in=units[start : start + 500]).update(is_locked=True)


def _copy(model: type[PlanUnit | PlanGrid], plan: Plan, copy: Plan) -> None:
    """Copy the rows of a plan inside the database."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = [field.column for field in fields if field.name != "plan"]
    whose = model._meta.get_field("plan")
    ids = [whose.get_db_prep_value(each.id, connection) for each in (copy, plan)]
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" (plan_id, {names}) '  # noqa: S608 - our own tables
            f'SELECT %s, {names} FROM "{table}" WHERE plan_id = %s',
            ids,
        )


def swept(ground: Ground, labels: Ints) -> Ints:
    """Number labels from 1 by community and, inside it, in the sweep of the codes to come."""
    found = figures_of(ground, labels)
    order: list[int] = []
    for community in sorted({f.community for f in found}):
        order += in_sweep({f.label: (f.lon, f.lat) for f in found if f.community == community})
    new = {old: number for number, old in enumerate(order, start=1)}
    return np.array([new[label] for label in labels.tolist()], dtype=np.int64)


def plan_in(call: Call, plan_id: UUID, *states: str) -> Plan:
    plan = access.plan_for(call.actor, plan_id)
    if plan.state not in states:
        raise PlanState(plan=str(plan.id), state=plan.state, wanted=list(states))
    call.expect(plan)
    return plan


def save(call: Call, plan: Plan) -> None:
    """Write a plan of the version that was read; of two editors at once, one is told."""
    mine = Plan.objects.filter(id=plan.id, version=plan.version)
    call.touch(plan)
    values = {name: getattr(plan, name) for name in SAVED}
    if not mine.update(**values):
        raise Stale(plan=str(plan.id))


def refreshed(
    plan: Plan, ground: Ground, labels: Ints, *, community: str = ""
) -> dict[int, PlanGrid]:
    """Return the grids of a plan, or of one community, with today's figures, not saved."""
    there = plan.grids.filter(within(community, field="community_code") if community else Q())
    known = {grid.label: grid for grid in there}
    grids = {}
    for row in grid_rows(plan, ground, labels):
        grid = grids[row["label"]] = known.get(row["label"]) or PlanGrid(**row)
        for name in FIGURES:
            setattr(grid, name, row[name])
    return grids


def grid_rows(plan: Plan, ground: Ground, labels: Ints) -> list[dict[str, Any]]:
    """Work out the rows of all grids, each wrong one with what would mend it; 0 is no grid."""
    found = figures_of(ground, labels)
    fixes = fixes_of(ground, labels, found, lower=plan.lower, upper=plan.upper)
    return [
        _grid_row(plan, figures, fixes.get(figures.label)) for figures in found if figures.label
    ]


def write_grids(grids: Iterable[PlanGrid], names: Sequence[str]) -> None:
    """Write some columns of many grids: one plain statement, which a large city needs."""
    columns = ", ".join(f'"{name}" = %s' for name in names)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE territory_plangrid SET {columns} WHERE id = %s",  # noqa: S608 - our columns
            [[*(getattr(grid, name) for name in names), grid.pk] for grid in grids],
        )


def _grid_row(plan: Plan, figures: Figures, fix: Fix | None) -> dict[str, Any]:
    facts = asdict(figures)
    for name in ("label", "community", "units", "households", "pieces"):
        del facts[name]
    return {
        "plan_id": plan.id,
        "label": figures.label,
        "community_code": figures.community,
        "households": figures.households,
        "units": figures.units,
        "pieces": figures.pieces,
        "facts": canonical({**facts, **as_facts(fix)}),
    }
