"""Count a sheet: begin it, and hand the counts of its units in."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from yige.base import rows
from yige.base.commands import Call, command
from yige.base.crypto import canonical
from yige.base.fields import Body, Line
from yige.surveying import access
from yige.surveying.campaigns import hold
from yige.surveying.checks import AGE_BANDS, Counted, findings_of
from yige.surveying.errors import CountsMissing, LineUnknown, SheetState
from yige.surveying.models import Line as SheetLine
from yige.surveying.models import Sheet, Step

MOST_LINES = 500
COUNTS = ("households", "residents", *AGE_BANDS, "occupied", "empty", "let")
LINE_FIELDS: Final = [f for f in SheetLine._meta.concrete_fields if not f.primary_key]
_SET: Final = ", ".join(f'"{name}" = excluded."{name}"' for name in (*COUNTS, "is_gone"))
AGAIN: Final = f"ON CONFLICT (sheet_id, n) DO UPDATE SET {_SET}"


class SheetNamed(Body):
    """The sheet that is meant."""

    sheet: UUID


class UnitCount(Body):
    """What was counted in a unit: of a line, or (line 0) of one that nobody knew, by its name.

    `occupied`, `empty` and `let` are doors. A unit that is gone has no counts.
    """

    line: int = Field(default=0, ge=0, le=MOST_LINES)
    name: Line = Field(default="", max_length=120)
    is_gone: bool = False
    households: int = Field(default=0, ge=0, le=20_000)
    residents: int = Field(default=0, ge=0, le=60_000)
    age_0_6: int = Field(default=0, ge=0, le=60_000)
    age_7_17: int = Field(default=0, ge=0, le=60_000)
    age_18_59: int = Field(default=0, ge=0, le=60_000)
    age_60_79: int = Field(default=0, ge=0, le=60_000)
    age_80_up: int = Field(default=0, ge=0, le=60_000)
    occupied: int = Field(default=0, ge=0, le=20_000)
    empty: int = Field(default=0, ge=0, le=20_000)
    let: int = Field(default=0, ge=0, le=20_000)


class HandedIn(SheetNamed):
    """The counts of every unit of a sheet."""

    counts: list[UnitCount] = Field(min_length=1, max_length=MOST_LINES)


@command("surveying.begin", may=access.may_count)
def begin(call: Call, named: SheetNamed) -> Sheet:
    """Begin to count a sheet, or begin again after it was returned."""
    sheet = sheet_in(call, named.sheet, Sheet.NEW, Sheet.RETURNED)
    move(call, sheet, Sheet.UNDER_WAY, "surveying.sheet_begun")
    return sheet


@command("surveying.hand_in", may=access.may_count)
def hand_in(call: Call, handed: HandedIn) -> Sheet:
    """Hand the counts of a sheet in, all units at once; again until somebody has checked them.

    What was counted replaces what this campaign had of the sheet: nothing counts twice. Raises
    CountsMissing for units without counts, and LineUnknown for lines the sheet does not have.
    """
    sheet = sheet_in(call, handed.sheet, *Sheet.TO_COUNT, Sheet.DONE)
    put_counts(call, sheet, handed.counts)
    sheet.counted_by = call.actor.account
    move(call, sheet, Sheet.DONE, "surveying.sheet_handed_in")
    return sheet


def sheet_in(call: Call, sheet_id: UUID, *states: str) -> Sheet:
    """Return a sheet of an open campaign in one of these states, as the call expects it."""
    hold(access.sheet_for(call.actor, sheet_id).campaign)
    sheet = access.sheet_for(call.actor, sheet_id)
    call.expect(sheet)
    if sheet.state not in states:
        raise SheetState(number=sheet.number, state=sheet.state, wanted=list(states))
    return sheet


def move(call: Call, sheet: Sheet, state: str, kind: str, reason: str = "") -> None:
    """Put a sheet into a state, saved, with who did it and why, and tell it."""
    call.touch(sheet)
    sheet.state, sheet.state_at, sheet.reason = state, call.at, reason
    sheet.state_by = call.actor.name[:60]
    sheet.save()
    Step.objects.create(sheet=sheet, state=state, at=call.at, account=call.actor.account,
                        by=sheet.state_by, reason=reason)  # fmt: skip
    call.tell(kind, subject=sheet.id, area=sheet.area_code,
              households=sheet.households, findings=sheet.finding_count)  # fmt: skip


def put_counts(
    call: Call,
    sheet: Sheet,
    counts: Sequence[UnitCount],
    *,
    doubled: Iterable[tuple[int, str, int]] = (),
) -> None:
    """Write the counts of a sheet's units and what does not agree in them (the sheet unsaved)."""
    lines = {line.n: line for line in sheet.lines.filter(is_found=False).order_by("n")}
    by_line = {count.line: count for count in counts if count.line}
    _refuse_unless_whole(lines, counts)
    SheetLine.objects.filter(sheet=sheet, is_found=True).delete()
    for n, line in lines.items():
        _fill(line, by_line[n])
    found = [count for count in counts if not count.line]
    last = max(lines, default=0)
    for n, count in enumerate(found, start=last + 1):
        line = SheetLine(sheet=sheet, n=n, name=count.name, is_found=True)
        _fill(line, count)
        lines[n] = line
    rows.insert(SheetLine, [_row(line) for line in lines.values()], tail=AGAIN)
    total(sheet, list(lines.values()), doubled=doubled)


def total(
    sheet: Sheet, lines: Sequence[SheetLine], *, doubled: Iterable[tuple[int, str, int]] = ()
) -> None:
    """Add a sheet's counts up, and note what does not agree (the sheet unsaved)."""
    counted = [_counted(line) for line in lines]
    found = findings_of(counted, stated=sheet.stated, doubled=doubled)
    sheet.households = sum(line.households for line in counted)
    sheet.residents = sum(line.residents for line in counted)
    sheet.doors = sum(line.doors for line in counted)
    sheet.findings = canonical([finding.as_facts() for finding in found])
    sheet.finding_count = len(found)


def _row(line: SheetLine) -> dict[str, Any]:
    return {field.attname: getattr(line, field.attname) for field in LINE_FIELDS}


def _refuse_unless_whole(lines: Mapping[int, SheetLine], counts: Sequence[UnitCount]) -> None:
    named = Counter(count.line for count in counts if count.line)
    wrong = sorted(n for n, times in named.items() if n not in lines or times > 1)
    nameless = any(not count.line and not count.name for count in counts)
    if wrong or nameless:
        raise LineUnknown(lines=wrong or [0])
    missing = [line.name or str(n) for n, line in lines.items() if n not in named]
    if missing:
        raise CountsMissing(lines=missing[:20], count=len(missing))


def _fill(line: SheetLine, count: UnitCount) -> None:
    line.is_gone = count.is_gone
    for name in COUNTS:
        setattr(line, name, 0 if count.is_gone else getattr(count, name))


def _counted(line: SheetLine) -> Counted:
    return Counted(
        n=line.n,
        name=line.name,
        households=line.households or 0,
        residents=line.residents,
        ages=tuple(getattr(line, band) for band in AGE_BANDS),
        occupied=line.occupied,
        empty=line.empty,
        let=line.let,
        households_then=line.households_then,
        doors_then=line.doors_then,
        is_found=line.is_found,
        is_gone=line.is_gone,
    )
