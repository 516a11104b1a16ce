"""Read the cells of a file of a campaign, and keep an error for each row that cannot be right."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from yige.base.tables.shape import Table
from yige.kernel.results import Facts
from yige.surveying.columns import found_columns
from yige.territory.survey_cells import LONGEST, MOST, CellFault, sound_text, whole_number
from yige.territory.survey_found import RowError

SHOWN: Final = 60
FIRST: Final = ("surveying.row_vintage_wrong", "surveying.row_vintage_missing",
                "surveying.row_unit_unknown", "surveying.row_sheet_unknown",
                "surveying.row_building_unknown", "surveying.row_community_unknown")  # fmt: skip
"""What is told first: a file of another day or of other codes is wrong as a whole."""


class Rows:
    """The rows of a file with the meaning of their columns, and the errors found so far."""

    def __init__(self, table: Table, kind: str) -> None:
        self.table, self.columns = table, found_columns(table, kind)
        self.errors: list[RowError] = []
        self.bad: set[int] = set()

    def __len__(self) -> int:
        return len(self.table)

    def number(self, place: int) -> int:
        """Tell where a row stands in its file."""
        return self.table.numbers[place]

    def cell(self, place: int, key: str) -> str:
        """Give a cell as the file has it."""
        return self.table.rows[place][self.columns[key]] if key in self.columns else ""

    def refuse(self, place: int, key: str, code: str, **facts: Any) -> None:
        """Keep an error for a cell; its row is not taken."""
        value = self.cell(place, key)
        shown = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
        column = self.table.columns[self.columns[key]] if key in self.columns else key
        said: Facts = {**facts}
        self.bad.add(place)
        self.errors.append(RowError(self.number(place), column, shown.replace("\0", "␀"), code,
                                    said))  # fmt: skip

    def text(self, place: int, key: str) -> str:
        """Read a text, "" where it is empty or cannot be stored (then with an error)."""
        try:
            return sound_text(self.cell(place, key), LONGEST.get(key, 60))
        except CellFault as fault:
            self.refuse(place, key, fault.code, **fault.facts)
            return ""

    def count(self, place: int, key: str, *, is_required: bool = False) -> int:
        """Read a whole number, 0 where the cell is empty."""
        try:
            number = whole_number(self.cell(place, key), most=MOST.get(key, 20_000))
        except CellFault as fault:
            self.refuse(place, key, fault.code, **fault.facts)
            return 0
        if number is None and is_required:
            self.refuse(place, key, "territory.row_value_missing")
        return number or 0

    def in_order(self) -> list[RowError]:
        """List the errors: of the wrong day and unknown codes first, then by row."""
        return sorted(self.errors, key=lambda e: (e.code not in FIRST, e.row, e.column))


def day_of(cell: str) -> date | None:
    """Read a day as spreadsheets and people write it; None if it is none."""
    text = cell.strip().replace("年", "-").replace("月", "-").replace("日", "")
    text = text.replace("/", "-").replace(".", "-").partition("T")[0].partition(" ")[0]
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def community_of(known: Mapping[str, str], text: str) -> str | None:
    """Find a community by its code, or by its name where only one has it."""
    if text in known:
        return text
    called = [code for code, name in known.items() if name == text]
    return called[0] if len(called) == 1 else None
