"""The state renames, merges, splits or re-codes communities and towns: the same way as a plan."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

from django.db.models import F, Q
from pydantic import AwareDatetime, Field

from yige.base import jobs, rows, snapshot
from yige.base.commands import Call, command
from yige.base.fields import Body, Line, UnitCode, Words
from yige.kernel.codes import Level, level_of, part
from yige.territory import access, net
from yige.territory.addresses import short_name
from yige.territory.adoption import close_grids, open_grids, tell_of_grids, write_passings
from yige.territory.affected import in_parts
from yige.territory.codes import DivisionCode
from yige.territory.divisions import faulty_outlines
from yige.territory.errors import ChangedSince, DivisionsWrong
from yige.territory.models import (
    AreaMode,
    Building,
    CommunityBefore,
    Compound,
    Division,
    Grid,
    Membership,
    Plan,
    Unit,
)
from yige.territory.modes import MODES
from yige.territory.moving import rederive
from yige.territory.previews import by_old
from yige.territory.redrawing import Becomes, Redrawn, redraw
from yige.territory.storing import redraw_borders


class Change(Body):
    """A division, or the part of it that lists units or has an outline, becomes another."""

    old: DivisionCode
    new: DivisionCode
    name: Line = Field(default="", max_length=120)
    kind: Literal["", "community", "village"] = ""
    outline: str = Field(default="", max_length=4_000_000)
    units: list[UnitCode] = Field(default_factory=list, max_length=100_000)


class DivisionsChange(Body):
    """What the state has decided, since when it holds (now, if not said), and where it stands."""

    changes: list[Change] = Field(min_length=1, max_length=20_000)
    valid_from: AwareDatetime | None = None
    source: Words = ""


@command("territory.change_divisions", may=access.may_set_divisions)
def change_divisions(call: Call, said: DivisionsChange) -> dict[str, Any]:
    """Rename, merge, split or re-code communities and towns; units keep their codes for ever.

    Grids that come to lie in another community get codes of that one; posts, open rows and plans
    follow, with a succession at every level. Raises DivisionsWrong with each row's fault, and
    ChangedSince when something there has changed after the day it holds from.
    """
    at = min(said.valid_from or call.at, call.at)
    net.hold()
    found = worked_out(said)
    _refuse_later(found, at)
    _write_divisions(call, found, at)
    _move_units(found, at)
    _write_grids(found, said.source, at)
    write_passings(found.passings, at)
    ended = (*found.retired, *found.ended)
    there = Unit.objects.filter(community_code__in=_communities(found))
    moved = rederive(there, ended, at=at)
    _move_plans(call, found)
    _move_modes(found, call)
    net.bump(at=call.at)
    _tell(call, found, moved, said.source)
    jobs.enqueue("territory.draw_net", at=call.at, by=call.actor, key=f"net:{net.stamp()}")
    return counted(found) | {"rows": sum(moved.values())}


def worked_out(said: DivisionsChange) -> Redrawn:
    """Work out what a change would do, write nothing."""
    bad = faulty_outlines((change.new, change.outline) for change in said.changes)
    if bad:
        raise DivisionsWrong(rows=bad[:100], count=len(bad))
    return redraw(
        [
            Becomes(c.old, c.new, c.name, c.kind, c.outline, frozenset(c.units))
            for c in said.changes
        ]
    )


def counted(found: Redrawn) -> dict[str, int]:
    """Count what a change does."""
    return {
        "divisions": len(found.divisions),
        "ended": len(found.ended),
        "units": len(found.moved),
        "grids": len(found.begun),
    }


def _communities(found: Redrawn) -> list[str]:
    """List the communities that a change leaves."""
    codes = {*found.divisions, *found.moved.values(), *found.left.values()}
    return sorted(code for code in codes if level_of(code) is Level.COMMUNITY)


def _refuse_later(found: Redrawn, at: datetime) -> None:
    """Refuse what would begin before something that has happened there since."""
    communities, codes = _communities(found), [*found.divisions, *found.ended]
    of_old = [code for code in found.ended if level_of(code) is Level.COMMUNITY]
    later = Q(valid_from__gt=at) | Q(valid_until__gt=at)
    is_later = any(
        Grid.objects.filter(later, community_code__in=some).exists()
        or Membership.objects.filter(later, unit__community_code__in=some).exists()
        for some in in_parts([*communities, *of_old])
    ) or any(Division.objects.filter(later, code__in=some).exists() for some in in_parts(codes))
    if is_later:
        raise ChangedSince(at=at.isoformat())


def _write_divisions(call: Call, found: Redrawn, at: datetime) -> None:
    known = {
        d.code: d
        for some in in_parts([*found.divisions, *found.ended])
        for d in Division.objects.filter(code__in=some, valid_until=None)
    }
    gone = [known[code].id for code in (*found.divisions, *found.ended) if code in known]
    for start in range(0, len(gone), 500):
        Division.objects.filter(id__in=gone[start : start + 500]).update(
            valid_until=at, changed_by=call.id
        )
    fields = ("code", "level", "name", "kind", "households", "residents", "lon", "lat", "outline")
    rows.insert(
        Division,
        [
            {name: getattr(division, name) for name in fields}
            | {"valid_from": at, "changed_by": call.id}
            for division in found.divisions.values()
        ],
    )


def _move_units(found: Redrawn, at: datetime) -> None:
    """Put units, with their buildings and compounds, into their new community."""
    rows.insert(
        CommunityBefore,
        [
            {"unit_id": unit, "community_code": old, "valid_until": at}
            for unit, old in found.left.items()
        ],
    )
    by_new: dict[str, list[Any]] = defaultdict(list)
    for unit, new in found.moved.items():
        by_new[new].append(unit)
    for new, units in sorted(by_new.items()):
        for start in range(0, len(units), 500):
            Unit.objects.filter(id__in=units[start : start + 500]).update(
                community_code=new, version=F("version") + 1
            )
    if found.moved:
        _move_houses(sorted({*found.left.values()}))
        redraw_borders(_communities(found))


def _move_houses(left: Sequence[str]) -> None:
    """Let buildings and compounds go where most of their units went."""
    for some in in_parts(left):
        for compound in Compound.objects.filter(community_code__in=some).order_by("name", "id"):
            new = _where_most(Unit.objects.filter(compound=compound))
            if new and new != compound.community_code:
                is_taken = Compound.objects.filter(community_code=new, name=compound.name)
                if is_taken.exists():
                    old = short_name(_name_then(compound.community_code))
                    compound.name = f"{compound.name}（{old}）"[:120]
                compound.community_code = new
                compound.save()
        for building in Building.objects.filter(community_code__in=some).order_by("serial", "id"):
            new = _where_most(Unit.objects.filter(building=building))
            if new and new != building.community_code:
                building.serial = _free_serial(new, building.serial)
                building.community_code = new
                building.save()


def _where_most(units: Any) -> str:
    counts: dict[str, int] = defaultdict(int)
    for code in units.values_list("community_code", flat=True):
        counts[code] += 1
    return max(counts, key=lambda code: (counts[code], code), default="")


def _name_then(code: str) -> str:
    last = Division.objects.filter(code=code).order_by("valid_from").last()
    return last.name if last else code


def _free_serial(community: str, wanted: int) -> int:
    serials = set(
        Building.objects.filter(community_code=community).values_list("serial", flat=True)
    )
    return wanted if wanted not in serials else max(serials) + 1


def _write_grids(found: Redrawn, source: str, at: datetime) -> None:
    """End and begin grids; each goes on under the plan and the reason that it had."""
    heirs = {p.new_code: p.old_code for p in found.passings if level_of(p.new_code) is Level.GRID}
    old = {
        grid.code: grid
        for some in in_parts(sorted(heirs.values()))
        for grid in Grid.objects.filter(code__in=some)
    }
    close_grids(found.retired, at)
    by_plan: dict[Any, list[Any]] = defaultdict(list)
    for grid in found.begun:
        by_plan[old[heirs[grid.code]].plan_id].append(grid)
    whole = {code for code, passed in by_old(found.passings).items() if len(passed) == 1}
    for plan, begun in by_plan.items():
        reasons = {
            grid.label: old[heirs[grid.code]].reason
            if heirs[grid.code] in whole
            else source[:200] or old[heirs[grid.code]].reason
            for grid in begun
        }
        ids = open_grids(begun, at, plan=plan, reasons=reasons)
        rows.insert(
            Membership,
            [
                {"unit_id": unit, "grid_id": ids[grid.label], "valid_from": at}
                for grid in begun
                for unit in found.members[grid.label]
            ],
        )


def _heir(found: Redrawn) -> dict[str, str]:
    """Say where most of each division went."""
    return {old: passed[0].new_code for old, passed in by_old(found.passings).items()}


def _move_plans(call: Call, found: Redrawn) -> None:
    """Let plans of an area that ended go on for the one that took over most of it."""
    heirs = _heir(found)
    for plan in Plan.objects.filter(area_code__in=found.ended):
        Plan.objects.filter(id=plan.id).update(
            area_code=heirs.get(plan.area_code, plan.area_code),
            version=F("version") + 1,
            changed_by=call.id,
        )


def _move_modes(found: Redrawn, call: Call) -> None:
    """An emergency goes on in every part of an area that ended."""
    passed = by_old(found.passings)
    held = AreaMode.objects.filter(
        Q(until_at=None) | Q(until_at__gt=call.at),
        area_code__in=[*found.ended, *found.retired],
    )
    for mode in held:
        parts: Collection[str] = [p.new_code for p in passed.get(mode.area_code, ())]
        rows.insert(
            AreaMode,
            [
                {"area_code": code, "mode": mode.mode, "level": mode.level,
                 "since_at": max(mode.since_at, call.at), "until_at": mode.until_at}
                for code in parts
            ],
        )  # fmt: skip
        AreaMode.objects.filter(id=mode.id).update(until_at=max(mode.since_at, call.at))
    if held:
        snapshot.stamp(MODES, by=call.id)


def _tell(call: Call, found: Redrawn, moved: dict[str, int], source: str) -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for old, heir in _heir(found).items():
        if old in found.retired:
            counts[part(heir, Level.COMMUNITY)][0] += 1
    for grid in found.begun:
        counts[grid.community_code][1] += 1
    call.tell(
        "territory.divisions_changed",
        subject=call.id,
        area=part(next(iter(found.divisions)), Level.CITY),
        communities=dict(sorted(counts.items())),
        units=len(found.moved),
        moved_rows=moved,
        source=source,
    )
    for division in found.divisions.values():
        call.tell("territory.division_changed", area=division.code, name=division.name)
    heirs = _heir(found)
    for code in found.ended:
        call.tell("territory.division_ended", area=code, heir=heirs.get(code, ""))
    of_grids = [p for p in found.passings if p.old_code in found.retired]
    tell_of_grids(call, found.begun, of_grids)
