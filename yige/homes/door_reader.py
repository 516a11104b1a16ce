"""Read doors from a table: which unit, which number, which floor, how it stands.

Columns that are not known are passed over: a file with names brings no name in.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from yige.base.fields import CONTROL
from yige.base.tables.shape import Table
from yige.homes.errors import DoorColumnsMissing
from yige.homes.models import Door
from yige.homes.numbers import FLOORS, MOST
from yige.kernel.results import Facts
from yige.territory.survey_found import RowError

COLUMNS: Final = ("unit", "number", "floor", "state")
NAMES: Final = {
    "unit": ("unit", "单元编码", "单元编号", "单元代码", "编号", "单元地址", "地址", "unit code",
             "address"),
    "number": ("door", "门牌号", "户号", "房号", "房间号", "number", "door number", "room"),
    "floor": ("floor", "楼层", "层", "所在楼层"),
    "state": ("state", "状态", "居住状态", "房屋状态"),
}  # fmt: skip
STATES: Final = {
    Door.OCCUPIED: ("lived in", "自住", "住人", "入住", "occupied", "有人", "在住"),
    Door.EMPTY: ("empty", "空置", "空房", "无人", "空", "vacant"),
    Door.LET: ("let", "出租", "租住", "租", "rented"),
}
LONGEST: Final = 12
WORDS: Final = 3
"""Signs of a number without a digit, such as 东户: more would be somebody's name."""
SHOWN: Final = 60
LOWEST: Final = -9
_WHOLE: Final = re.compile(r"(-?\d{1,4})(\.0+)?[层楼F]?")
_PLAIN: Final = re.compile(r"^(\d+)(\.0+|室|户|号)$")
_BY_FLOOR: Final = re.compile(r"(\d{1,3})\d\d")


@dataclass
class Found:
    """What is in a file of doors: by unit, and what keeps rows out."""

    doors: dict[Any, list[tuple[int, str, str]]] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def number(self) -> int:
        """How many doors could be read."""
        return sum(len(doors) for doors in self.doors.values())

    @property
    def bad_rows(self) -> list[int]:
        """The source rows that stay out."""
        return sorted({error.row for error in self.errors})


class _Fault(Exception):
    def __init__(self, column: str, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.column, self.code, self.facts = column, code, facts


def read_doors(table: Table, units: Mapping[str, Any], *, area: str) -> Found:
    """Read a table against the units of an area, known by code, own id or address.

    Raises DoorColumnsMissing.
    """
    columns = _columns(table.columns)
    found = Found(rows=len(table))
    found.passed_over = [
        name for place, name in enumerate(table.columns) if place not in columns.values()
    ]
    first: dict[tuple[Any, str], int] = {}
    for row, number in zip(table.rows, table.numbers, strict=True):
        cells = {key: row[place].strip() for key, place in columns.items()}
        try:
            unit, door = _door(cells, units, area)
            doors = found.doors.setdefault(unit, [])
            if (unit, door[1]) in first:
                raise _Fault("number", "homes.row_number_twice", first=first[unit, door[1]])
            if len(doors) >= MOST:
                raise _Fault("number", "homes.row_too_many", most=MOST)
        except _Fault as fault:
            found.errors.append(_error(fault, cells, columns, table.columns, number))
            continue
        first[unit, door[1]] = number
        doors.append(door)
    found.doors = {unit: doors for unit, doors in found.doors.items() if doors}
    return found


def _columns(names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, known in NAMES.items():
        plain = [_plain(name) for name in known]
        places = [
            (plain.index(_plain(name)), n) for n, name in enumerate(names) if _plain(name) in plain
        ]
        if places:
            found[key] = min(places)[1]
    if missing := [key for key in ("unit", "number") if key not in found]:
        accepted = {key: list(NAMES[key]) for key in missing}
        raise DoorColumnsMissing(missing=missing, found=list(names[:40]), accepted=accepted)
    return found


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def _door(
    cells: Mapping[str, str], units: Mapping[str, Any], area: str
) -> tuple[Any, tuple[int, str, str]]:
    for key, cell in cells.items():
        if sign := CONTROL.search(cell):
            raise _Fault(key, "homes.row_control_character", sign=ord(sign[0]))
    if not cells["unit"]:
        raise _Fault("unit", "homes.row_unit_missing")
    if cells["unit"] not in units:
        raise _Fault("unit", "homes.row_unit_unknown", area=area)
    number = _number(cells["number"])
    floor = _floor(cells.get("floor", ""), number)
    return units[cells["unit"]], (floor, number, _state(cells.get("state", "")))


def _number(cell: str) -> str:
    number = "".join(unicodedata.normalize("NFKC", cell).split())
    # A spreadsheet writes the number 302 as 302.0 where the cell is no text.
    number = _PLAIN.sub(r"\1", number)
    if not number:
        raise _Fault("number", "homes.row_number_missing")
    if len(number) > LONGEST:
        raise _Fault("number", "homes.row_number_too_long", most=LONGEST, length=len(number))
    if len(number) > WORDS and not any(sign.isdigit() for sign in number):
        raise _Fault("number", "homes.row_number_odd", most=WORDS)
    return number


def _floor(cell: str, number: str) -> int:
    if not cell:
        by_number = _BY_FLOOR.fullmatch(number)
        return int(by_number[1]) if by_number and 1 <= int(by_number[1]) <= FLOORS else 1
    whole = _WHOLE.fullmatch(unicodedata.normalize("NFKC", cell))
    floor = int(whole[1]) if whole else 0
    if not floor or not LOWEST <= floor <= FLOORS:
        raise _Fault("floor", "homes.row_floor_odd", most=FLOORS)
    return floor


_STATE_BY_NAME: Final = {name: state for state, names in STATES.items() for name in names}


def _state(cell: str) -> str:
    if not cell:
        return ""
    state = _STATE_BY_NAME.get(unicodedata.normalize("NFKC", cell).casefold())
    if state is None:
        raise _Fault("state", "homes.row_state_unknown")
    return state


def _error(
    fault: _Fault,
    cells: Mapping[str, str],
    columns: Mapping[str, int],
    names: Sequence[str],
    number: int,
) -> RowError:
    value = cells.get(fault.column, "")
    facts: Facts = {**fault.facts}
    return RowError(
        row=number,
        column=names[columns[fault.column]],
        value=CONTROL.sub("␀", value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"),
        code=fault.code,
        facts=facts,
    )
