"""Make a draft of an assignment that was drawn elsewhere, or taken out and edited."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from pydantic import Field, model_validator

from yige.base import rows
from yige.base.access import within
from yige.base.city import setting
from yige.base.commands import Call, command
from yige.base.crypto import canonical
from yige.base.fields import Body, Line
from yige.territory import access, net, queries
from yige.territory.codes import DivisionCode
from yige.territory.errors import NothingToDivide, NoUnitKnown, PlanFileOdd, RangeWrong
from yige.territory.ground import Ground, Ints, ground_of
from yige.territory.models import Plan, PlanGrid, PlanUnit, Unit
from yige.territory.plans import MOST_UNITS, refreshed
from yige.territory.queries import in_force

SHOWN: Final = 20
"""Odd ids that are listed; all of them are counted."""
NAMED: Final = 3
"""Odd ids that a sentence names."""
ODD: Final = ("unknown", "doubled", "missing")
NO_GRID: Final = 0
HIGHEST: Final = 10_000_000

Cell = tuple[int, str]
"""A grid of the file: its community's number, and what the file calls it."""


class Brought(Body):
    """Which grid each unit is in (`grids[i]` is that of `units[i]`), and why a grid may be so.

    `base` is the plan that the file was made from: its range holds where none is given, and what
    the file leaves open stays as it is there. `keep_numbers` is said of files written here: whole
    numbers are kept, and a row without a grid means that its unit is in none.
    """

    name: Line = Field(min_length=1, max_length=120)
    area: DivisionCode
    units: list[Line] = Field(min_length=1, max_length=MOST_UNITS)
    grids: list[Line] = Field(min_length=1, max_length=MOST_UNITS)
    reasons: list[Line] = Field(default_factory=list, max_length=MOST_UNITS)
    base: UUID | None = None
    lower: int | None = Field(default=None, ge=0, le=100_000)
    upper: int | None = Field(default=None, ge=1, le=100_000)
    keep_numbers: bool = False
    accept_rest: bool = False
    source: Line = ""

    @model_validator(mode="after")
    def _lines_up(self) -> "Brought":
        if len(self.units) != len(self.grids) or len(self.reasons) not in (0, len(self.units)):
            raise ValueError("units, grids and reasons must be equally long")
        return self


@dataclass(frozen=True)
class Sorted:
    """The rows that say one thing of a known unit, by the unit's place, and what is odd."""

    said: dict[int, tuple[Cell, str]]
    unknown: list[str]
    doubled: list[str]
    missing: list[str]

    @property
    def odd(self) -> int:
        """Count what a person has to look at."""
        return len(self.unknown) + len(self.doubled) + len(self.missing)


@command("territory.import_plan", may=access.may_draft)
def import_plan(call: Call, brought: Brought) -> Plan:
    """Make a draft of an assignment from outside.

    Raises PlanFileOdd when ids are unknown, missing or doubled and nobody has accepted it. Then
    rows of unknown units are left out; units that are missing or doubled stay in the grid that
    they have in the base plan, or else in none.
    """
    base = access.plan_for(call.actor, brought.base) if brought.base else None
    queries.area(brought.area)
    ground = ground_of(brought.area, call.at)
    if not len(ground):
        raise NothingToDivide(area=brought.area)
    found = _sorted(ground, brought, _own_ids(call, brought.area))
    if not found.said:
        raise NoUnitKnown(area=brought.area, units=found.unknown[:SHOWN])
    if found.odd and not brought.accept_rest:
        raise _odd(found, brought.area)
    labels, reasons = _labelled(ground, found, keeps=brought.keep_numbers, base=base)
    plan = _plan(call, brought, base, found)
    _store(plan, ground, labels, reasons)
    call.tell("territory.plan_imported", subject=plan.id, area=plan.area_code,
              grids=plan.grids.count(), units=len(ground), odd=found.odd)  # fmt: skip
    return plan


def _own_ids(call: Call, area: str) -> dict[str, str]:
    """Map the ids of the survey that name one unit of the area to its code."""
    there = Unit.objects.filter(within(area, field="community_code"), in_force(call.at))
    pairs = list(there.exclude(source_id="").values_list("source_id", "code"))
    times = Counter(own for own, _ in pairs)
    return {own: code for own, code in pairs if times[own] == 1}


def _sorted(ground: Ground, brought: Brought, own: dict[str, str]) -> Sorted:
    """Find each row's unit; a unit that two rows name is decided by neither."""
    said: dict[int, tuple[Cell, str]] = {}
    unknown: list[str] = []
    doubled: dict[int, None] = {}
    reasons = brought.reasons or [""] * len(brought.units)
    for unit, grid, reason in zip(brought.units, brought.grids, reasons, strict=True):
        place = ground.place.get(unit)
        if place is None:
            place = ground.place.get(own.get(unit, ""))
        if place is None:
            unknown.append(unit)
        elif place in said or place in doubled:
            doubled[place] = None
            said.pop(place, None)
        elif grid or brought.keep_numbers:
            said[place] = ((int(ground.community[place]), grid), reason)
    missing = [c for p, c in enumerate(ground.codes) if p not in said and p not in doubled]
    return Sorted(said, unknown, [ground.codes[place] for place in doubled], missing)


def _odd(found: Sorted, area: str) -> PlanFileOdd:
    each: list[tuple[str, list[str]]] = [(name, getattr(found, name)) for name in ODD]
    odd = [
        {"what": what, "count": len(ids), "ids": ids[:SHOWN], "first": ids[:NAMED]}
        for what, ids in each
        if ids
    ]
    return PlanFileOdd(area=area, odd=odd)


def _labelled(
    ground: Ground, found: Sorted, *, keeps: bool, base: Plan | None
) -> tuple[Ints, dict[int, str]]:
    """Number the grids of the file, place what it leaves open, and give each grid's reason."""
    cells = [cell for cell, _ in found.said.values() if cell[1]]
    kept = _kept_numbers(cells) if keeps else None
    numbers = kept or {cell: n for n, cell in enumerate(dict.fromkeys(cells), start=1)}
    labels = np.full(len(ground), NO_GRID, dtype=np.int64)
    reasons: dict[int, str] = {}
    for place, (cell, reason) in found.said.items():
        labels[place] = numbers.get(cell, NO_GRID)
        if reason:
            reasons.setdefault(int(labels[place]), reason)
    if kept is not None and base is not None:
        reasons = _as_in_base(ground, found, labels, base) | reasons
    return labels, reasons


def _kept_numbers(cells: Sequence[Cell]) -> dict[Cell, int] | None:
    """Take labels as they are if all are whole numbers, each of one community."""
    community_of: dict[int, int] = {}
    numbers: dict[Cell, int] = {}
    for community, text in cells:
        if not text.isascii() or not text.isdigit() or str(int(text)) != text:
            return None
        number = int(text)
        if number > HIGHEST or community_of.setdefault(number, community) != community:
            return None
        numbers[community, text] = number
    return numbers


def _as_in_base(ground: Ground, found: Sorted, labels: Ints, base: Plan) -> dict[int, str]:
    """Leave what the file does not say in the base plan's grid; give the reasons of those."""
    community_of = {int(labels[place]): int(ground.community[place]) for place in found.said}
    there = dict(base.units.values_list("unit__code", "label"))
    stayed = set()
    for place in set(range(len(ground))) - found.said.keys():
        label = there.get(ground.codes[place], NO_GRID)
        community = int(ground.community[place])
        if community_of.setdefault(label, community) == community:
            labels[place] = label
            stayed.add(label)
    reasons = base.grids.exclude(reason="").values_list("label", "reason")
    return {label: reason for label, reason in reasons if label in stayed}


def _plan(call: Call, brought: Brought, base: Plan | None, found: Sorted) -> Plan:
    lower, upper = brought.lower, brought.upper
    if lower is None:
        lower = base.lower if base else int(setting("territory.lower"))
    if upper is None:
        upper = base.upper if base else int(setting("territory.upper"))
    if lower > upper:
        raise RangeWrong(lower=lower, upper=upper)
    counts = {name: len(getattr(found, name)) for name in ODD}
    return Plan.objects.create(
        id=call.id,
        name=brought.name,
        area_code=brought.area,
        lower=lower,
        upper=upper,
        seed=base.seed if base else 1,
        options=base.options if base else "{}",
        objective=canonical({"imported": {"source": brought.source, **counts}}),
        net_version=net.version(),
        created_at=call.at,
        changed_by=call.id,
    )


def _store(plan: Plan, ground: Ground, labels: Ints, reasons: dict[int, str]) -> None:
    rows.insert(
        PlanUnit,
        (
            {"plan_id": plan.id, "unit_id": unit, "label": label}
            for unit, label in zip(ground.ids, labels.tolist(), strict=True)
            if label != NO_GRID
        ),
    )
    grids = refreshed(plan, ground, labels)
    grids.pop(NO_GRID, None)
    for label, grid in grids.items():
        grid.reason = reasons.get(label, "")
    PlanGrid.objects.bulk_create(grids.values(), batch_size=500)
