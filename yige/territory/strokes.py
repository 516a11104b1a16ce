"""Mend a draft by hand: strokes that move units, each of which its author can take back.

Two people may draw on one draft: strokes on different units follow one another, and of two on the
same units the second is told who moved them, and where to.
"""

from collections.abc import Iterable, Mapping
from json import loads
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Max
from pydantic import Field

from yige.base import rows
from yige.base.access import within
from yige.base.commands import Call, command
from yige.base.crypto import canonical
from yige.base.fields import UnitCode
from yige.kernel.codes import DIGITS, Level
from yige.territory import access
from yige.territory.errors import (
    GridsLocked,
    LabelUnknown,
    NothingToRedo,
    NothingToUndo,
    OtherCommunity,
    PlanState,
    StrokeClash,
    UnitsLocked,
    UnitsUnknown,
)
from yige.territory.ground import Ground, Ints, ground_of
from yige.territory.models import Plan, PlanGrid, PlanStroke, PlanUnit
from yige.territory.plans import FIGURES, PlanNamed, refreshed, save, write_grids

AT_ONCE = 500
"""How many units one statement names."""


class Moved(PlanNamed):
    """Units that join another grid of the draft; without a label they make a new one."""

    units: list[UnitCode] = Field(min_length=1, max_length=10_000)
    label: int | None = Field(default=None, ge=1)


class LocksSet(PlanNamed):
    """Units and whole grids that are locked against moves, or free again."""

    units: list[UnitCode] = Field(default_factory=list, max_length=10_000)
    labels: list[int] = Field(default_factory=list, max_length=10_000)
    is_locked: bool = True


class Sheet:
    """One community of a draft as it lies on the table; units in no grid have the label 0."""

    def __init__(self, call: Call, plan: Plan, community: str) -> None:
        self.plan, self.community = plan, community
        self.ground: Ground = ground_of(community, call.at)
        there = plan.units.filter(within(community, field="unit__community_code"))
        held = {
            code: rest for code, *rest in there.values_list("unit__code", "label", "is_locked")
        }
        self.known = held.keys() & self.ground.place.keys()
        self.gone = held.keys() - self.known
        self.labels: Ints = np.array(
            [held[code][0] if code in held else 0 for code in self.ground.codes], dtype=np.int64
        )
        self.pinned = {code for code, (_, is_locked) in held.items() if is_locked}

    def label_of(self, code: str) -> int:
        """Return the label of a unit; -1 when a survey took it away."""
        place = self.ground.place.get(code)
        return -1 if place is None else int(self.labels[place])

    def put(self, goals: Mapping[str, int]) -> dict[str, str]:
        """Give units their labels and work the figures out; return reasons of emptied grids."""
        of_label: dict[int, list[str]] = {}
        for code, label in goals.items():
            self.labels[self.ground.place[code]] = label
            of_label.setdefault(label, []).append(code)
        for label, codes in of_label.items():
            self._write(label, codes)
        for some in _parts(sorted(self.gone)):
            self.plan.units.filter(unit__code__in=some).delete()
        return self._write_figures()

    def _write(self, label: int, codes: list[str]) -> None:
        ids = {code: self.ground.ids[self.ground.place[code]] for code in codes}
        for some in _parts([ids[code] for code in codes if code in self.known]):
            there = self.plan.units.filter(unit_id__in=some)
            if label:
                there.update(label=label)
            else:
                there.delete()
        if label:
            new = [ids[code] for code in codes if code not in self.known]
            rows.insert(
                PlanUnit,
                [{"plan_id": self.plan.id, "unit_id": unit, "label": label} for unit in new],
            )

    def _write_figures(self) -> dict[str, str]:
        """Write the figures of new and changed grids, and take empty ones away."""
        plan, there = self.plan, self.plan.grids.filter(community_code=self.community)
        before = {row[0]: row[1:] for row in there.values_list("label", *FIGURES)}
        grids = refreshed(plan, self.ground, self.labels, community=self.community)
        gone = plan.grids.filter(label__in=sorted(before.keys() - grids.keys()))
        reasons = {str(label): reason for label, reason in gone.values_list("label", "reason")}
        gone.delete()
        PlanGrid.objects.bulk_create([grid for grid in grids.values() if grid.pk is None])
        changed = [
            grid
            for label, grid in grids.items()
            if label in before and before[label] != tuple(getattr(grid, n) for n in FIGURES)
        ]
        write_grids(changed, FIGURES)
        return {label: reason for label, reason in reasons.items() if reason}


@command("territory.move_units", may=access.may_edit_plan)
def move_units(call: Call, moved: Moved) -> dict[str, Any]:
    """Move units to another grid of the draft, inside their community."""
    plan = _draft(call, moved.plan)
    community, target = _target(plan, moved)
    sheet = Sheet(call, plan, community)
    unknown = [unit for unit in moved.units if unit not in sheet.ground.place]
    if unknown:
        raise UnitsUnknown(units=unknown[:20])
    before = {u: old for u in moved.units if (old := sheet.label_of(u)) != target}
    _expect(call, plan, before, target)
    if not before:
        return _result(plan, label=target, units=0)
    _expect_free(plan, sheet, before, target)
    reasons = sheet.put(dict.fromkeys(before, target))
    save(call, plan)
    plan.strokes.filter(account=call.actor.account, state=PlanStroke.UNDONE).update(
        state=PlanStroke.DROPPED
    )
    PlanStroke.objects.create(
        id=call.id,
        plan=plan,
        account=call.actor.account,
        author=call.actor.name,
        at=call.at,
        serial=plan.version,
        version=plan.version,
        label=target,
        before=canonical({"units": before, "reasons": reasons}),
    )
    call.tell("territory.plan_units_moved", subject=plan.id, area=plan.area_code,
              units=len(before), label=target)  # fmt: skip
    return _result(plan, label=target, units=len(before))


@command("territory.undo_stroke", may=access.may_edit_plan)
def undo_stroke(call: Call, named: PlanNamed) -> dict[str, Any]:
    """Take one's own last stroke back; units that were moved or locked since stay."""
    plan = _draft(call, named.plan)
    own = plan.strokes.filter(account=call.actor.account, state=PlanStroke.DONE)
    stroke = own.order_by("-serial").first()
    if stroke is None:
        raise NothingToUndo(plan=str(plan.id))
    before = loads(stroke.before)
    sheet = _sheet_of(call, plan, before["units"])
    back = {
        unit: old for unit, old in before["units"].items() if sheet.label_of(unit) == stroke.label
    }
    _replay(call, plan, sheet, stroke, back, PlanStroke.UNDONE)
    for label, reason in before["reasons"].items():
        plan.grids.filter(label=int(label), reason="").update(reason=reason)
    call.tell("territory.plan_stroke_undone", subject=plan.id, area=plan.area_code,
              units=len(back))  # fmt: skip
    return _result(plan, units=len(back), stay=len(before["units"]) - len(back))


@command("territory.redo_stroke", may=access.may_edit_plan)
def redo_stroke(call: Call, named: PlanNamed) -> dict[str, Any]:
    """Do again what one took back last; units that were moved or locked since stay."""
    plan = _draft(call, named.plan)
    own = plan.strokes.filter(account=call.actor.account, state=PlanStroke.UNDONE)
    stroke = own.order_by("serial").first()
    if stroke is None:
        raise NothingToRedo(plan=str(plan.id))
    units = loads(stroke.before)["units"]
    sheet = _sheet_of(call, plan, units)
    forth = {unit: stroke.label for unit, old in units.items() if sheet.label_of(unit) == old}
    _replay(call, plan, sheet, stroke, forth, PlanStroke.DONE)
    call.tell("territory.plan_stroke_redone", subject=plan.id, area=plan.area_code,
              units=len(forth))  # fmt: skip
    return _result(plan, units=len(forth), stay=len(units) - len(forth))


@command("territory.set_locks", may=access.may_edit_plan)
def set_locks(call: Call, said: LocksSet) -> dict[str, Any]:
    """Lock units or whole grids of a draft against moves and the next division, or free them."""
    plan = _draft(call, said.plan)
    grids = plan.grids.filter(label__in=said.labels)
    if grids.update(is_locked=said.is_locked) != len(set(said.labels)):
        raise LabelUnknown(labels=sorted(set(said.labels))[:20])
    done = sum(
        plan.units.filter(unit__code__in=some).update(is_locked=said.is_locked)
        for some in _parts(sorted(set(said.units)))
    )
    if done != len(set(said.units)):
        raise UnitsUnknown(units=said.units[:20])
    save(call, plan)
    call.tell("territory.plan_locks_set", subject=plan.id, area=plan.area_code,
              units=done, grids=len(set(said.labels)), is_locked=said.is_locked)  # fmt: skip
    return _result(plan)


def _draft(call: Call, plan_id: UUID) -> Plan:
    """Return a draft, held so that strokes that come at once follow one another."""
    access.plan_for(call.actor, plan_id)
    plan = Plan.objects.select_for_update().get(id=plan_id)
    if plan.state != Plan.DRAFT:
        raise PlanState(plan=str(plan.id), state=plan.state, wanted=[Plan.DRAFT])
    return plan


def _target(plan: Plan, moved: Moved) -> tuple[str, int]:
    """Tell in which community units move, and to which grid of it.

    The number of a new grid was never used in this draft, so that each stroke finds its own again.
    """
    asked = {unit[: DIGITS[Level.COMMUNITY]] for unit in moved.units}
    if moved.label is None:
        used = [each.aggregate(last=Max("label"))["last"] for each in (plan.grids, plan.strokes)]
        target = max(last or 0 for last in used) + 1
    else:
        target = moved.label
        community = (
            plan.grids.filter(label=target).values_list("community_code", flat=True).first()
        )
        if community is None:
            raise LabelUnknown(labels=[target])
        asked.add(community)
    if len(asked) > 1:
        raise OtherCommunity(communities=sorted(asked))
    return asked.pop(), target


def _expect(call: Call, plan: Plan, before: Mapping[str, int], target: int) -> None:
    """Refuse when what the stroke is based on has changed under it by somebody else's hand."""
    based_on = call.based_on
    if isinstance(based_on, UUID):
        own = plan.strokes.filter(id=based_on).values_list("serial", flat=True).first()
        based_on = own if own is not None else based_on
    if based_on is None:
        return
    if isinstance(based_on, UUID) or not plan.divided_version <= based_on <= plan.version:
        call.expect(plan)
        return
    later = plan.strokes.filter(version__gt=based_on).exclude(account=call.actor.account)
    for stroke in later.order_by("-version"):
        same = [unit for unit in loads(stroke.before)["units"] if unit in before]
        if same:
            raise StrokeClash(by=stroke.author, label=before[same[0]], wanted=target,
                              units=same[:20], count=len(same))  # fmt: skip


def _expect_free(plan: Plan, sheet: Sheet, before: Mapping[str, int], target: int) -> None:
    grids = {*before.values(), target}
    labels = plan.grids.filter(label__in=grids, is_locked=True).values_list("label", flat=True)
    if labels:
        raise GridsLocked(labels=sorted(labels))
    if units := sorted(sheet.pinned & before.keys()):
        raise UnitsLocked(units=units[:20])


def _replay(
    call: Call, plan: Plan, sheet: Sheet, stroke: PlanStroke, goals: dict[str, int], state: str
) -> None:
    """Move a stroke's units back or forth where nothing keeps them, and note it."""
    fixed = set(plan.grids.filter(is_locked=True).values_list("label", flat=True))
    for unit in [*goals]:
        if unit in sheet.pinned or {goals[unit], sheet.label_of(unit)} & fixed:
            del goals[unit]
    if goals:
        sheet.put(goals)
    save(call, plan)
    stroke.state, stroke.version = state, plan.version
    stroke.save(update_fields=["state", "version"])


def _sheet_of(call: Call, plan: Plan, units: Iterable[str]) -> Sheet:
    return Sheet(call, plan, min(units)[: DIGITS[Level.COMMUNITY]])


def _result(plan: Plan, **more: int) -> dict[str, Any]:
    return {"id": plan.id, "version": plan.version} | more


def _parts(values: list[Any]) -> Iterable[list[Any]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
