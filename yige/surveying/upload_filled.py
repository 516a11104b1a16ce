"""Read filled sheets: a row for each unit, or each door of it. A door named twice counts once."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from yige.surveying.counting import COUNTS, UnitCount
from yige.surveying.models import Campaign, Line, Sheet
from yige.surveying.upload_rows import Rows, day_of

USES: Final = {
    "occupied": ("occupied", "lived in", "自住", "有人", "常住"),
    "empty": ("empty", "vacant", "空置", "无人"),
    "let": ("let", "rented", "出租", "租住"),
}
_USE_BY_NAME: Final = {name: use for use, names in USES.items() for name in names}
_YES: Final = ("1", "yes", "y", "true", "是", "已拆除", "√")


@dataclass(slots=True)
class Filled:
    """A sheet of which a file has every unit, ready to be handed in."""

    sheet: UUID
    number: int
    counts: list[UnitCount]
    doubled: list[tuple[int, str, int]]
    first_row: int


@dataclass(slots=True)
class _Unit:
    """What the rows of one unit add up to."""

    line: int
    name: str
    first_row: int
    sums: Counter[str] = field(default_factory=Counter)
    doors: Counter[str] = field(default_factory=Counter)
    is_gone: bool = False

    def as_count(self) -> UnitCount:
        sums = {name: self.sums[name] for name in COUNTS}
        return UnitCount(line=self.line, name=self.name, is_gone=self.is_gone, **sums)


class _Known:
    """The lines and sheets of a campaign, by what a file may call them."""

    def __init__(self, campaign: Campaign) -> None:
        self.sheets = {s.number: s for s in Sheet.objects.filter(campaign=campaign)}
        self.number_of = {s.id: s.number for s in self.sheets.values()}
        self.by_code: dict[str, tuple[int, Line]] = {}
        self.lines: dict[int, dict[int, Line]] = defaultdict(dict)
        there = Line.objects.filter(sheet__campaign=campaign, is_found=False)
        for line in there.order_by("n"):
            number = self.number_of[line.sheet_id]
            self.lines[number][line.n] = line
            if line.unit_code:
                self.by_code[line.unit_code] = (number, line)


def filled_in(rows: Rows, campaign: Campaign) -> list[Filled]:
    """Read the sheets of a file: those of which every unit is there, and nothing is wrong."""
    known = _Known(campaign)
    units: dict[int, dict[tuple[int, str], _Unit]] = defaultdict(dict)
    spoilt: set[int] = set()
    for place in range(len(rows)):
        number = _take(rows, place, campaign, known, units)
        if number is not None and place in rows.bad:
            spoilt.add(number)
    found = []
    for number, of_sheet in sorted(units.items()):
        if number in spoilt:
            continue
        missing = [line.name or str(n) for n, line in known.lines[number].items()
                   if (n, "") not in of_sheet]  # fmt: skip
        first = min(unit.first_row for unit in of_sheet.values())
        if missing:
            place = rows.table.numbers.index(first)
            rows.refuse(place, "number", "surveying.row_sheet_incomplete", number=number,
                        missing=missing[:20], count=len(missing))  # fmt: skip
            continue
        found.append(_whole(known.sheets[number], of_sheet.values(), first))
    return found


def _whole(sheet: Sheet, units: Iterable[_Unit], first: int) -> Filled:
    every = list(units)
    doubled = [(unit.line, door, times) for unit in every for door, times in unit.doors.items()
               if times > 1]  # fmt: skip
    return Filled(sheet.id, sheet.number, [u.as_count() for u in every], doubled, first)


def _take(
    rows: Rows,
    place: int,
    campaign: Campaign,
    known: _Known,
    units: dict[int, dict[tuple[int, str], _Unit]],
) -> int | None:
    """Add a row to the unit it speaks of; return the number of its sheet where that is known."""
    _check_day(rows, place, campaign)
    named = _named(rows, place, known)
    counts = {key: rows.count(place, key) for key in COUNTS if key not in USES}
    for use in USES:
        counts[use] = rows.count(place, use)
    is_gone = rows.cell(place, "is_gone").strip().casefold() in _YES
    if not is_gone and not rows.cell(place, "households").strip():
        rows.refuse(place, "households", "territory.row_value_missing")
    if named is None:
        return None
    number, line, name = named
    if known.sheets[number].state == Sheet.CHECKED:
        rows.refuse(place, "number", "surveying.row_sheet_checked", number=number)
    if place in rows.bad:
        return number
    _add(rows, place, units[number], (line, name), counts, is_gone=is_gone)
    return number


def _check_day(rows: Rows, place: int, campaign: Campaign) -> None:
    day = day_of(rows.cell(place, "vintage"))
    if day is None:
        rows.refuse(place, "vintage", "surveying.row_vintage_missing")
    elif day != campaign.vintage:
        rows.refuse(place, "vintage", "surveying.row_vintage_wrong",
                    wanted=campaign.vintage.isoformat())  # fmt: skip


def _named(rows: Rows, place: int, known: _Known) -> tuple[int, int, str] | None:
    """Read which unit a row speaks of: sheet, line and (of a unit nobody knew) its name."""
    code, text = rows.text(place, "code"), rows.text(place, "number")
    number = int(text) if text.isdecimal() and len(text) < 9 else None
    if code:
        if code not in known.by_code:
            rows.refuse(place, "code", "surveying.row_unit_unknown")
            return None
        own, line = known.by_code[code]
        if number is not None and number != own:
            rows.refuse(place, "number", "surveying.row_sheet_differs", number=own)
        return own, line.n, ""
    if number is None or number not in known.sheets:
        rows.refuse(place, "number", "surveying.row_sheet_unknown")
        return None
    name = rows.text(place, "stairwell")
    called = [line for line in known.lines[number].values() if line.name == name]
    if len(called) == 1:
        return number, called[0].n, ""
    if not name or called:
        rows.refuse(place, "stairwell", "surveying.row_unit_unclear", number=number)
        return None
    return number, 0, name


def _add(
    rows: Rows,
    place: int,
    units: dict[tuple[int, str], _Unit],
    key: tuple[int, str],
    counts: dict[str, int],
    *,
    is_gone: bool,
) -> None:
    door = rows.text(place, "door")
    unit = units.get(key)
    if unit is not None and (not door or not unit.doors):
        rows.refuse(place, "stairwell", "surveying.row_unit_twice", first=unit.first_row)
        return
    if unit is None:
        unit = units[key] = _Unit(*key, first_row=rows.number(place), is_gone=is_gone)
    if door:
        unit.doors[door] += 1
        if unit.doors[door] > 1:
            return
        use = _USE_BY_NAME.get(rows.text(place, "use").casefold())
        if use is not None:
            counts[use] = 1
    unit.sums.update(counts)
