"""Read from a file which grid each unit is in: ours, or that of another program."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.conf import settings

from yige.base import files
from yige.base.tables.read import read_table
from yige.base.tables.shape import Limits, Table
from yige.territory.errors import PlanColumnsMissing
from yige.territory.plan_files import COLUMNS, GRID, PARTS_OF_REASON, UNIT

UNIT_NAMES: Final = (UNIT, "unit_code", "unit_id", "code", "id", "单元", "单元编码", "单元代码")
GRID_NAMES: Final = (
    GRID, "grid_id", "grid_code", "label", "cluster", "district", "assignment",
    "网格", "网格编号", "网格编码", "网格代码",
)  # fmt: skip
_SHORTENED: Final = re.compile(r"\d(\.\d+)?[eE]\+\d+")
"""How a spreadsheet writes a long code that it has taken for a number."""


@dataclass(frozen=True)
class Assignment:
    """Units and the grid of each, as the file writes them.

    An id that a spreadsheet has rounded is marked, so that it is not taken for another's.
    """

    units: list[str]
    grids: list[str]
    reasons: list[str]
    is_ours: bool
    rounded: int

    def as_body(self) -> dict[str, Any]:
        """Give what the command `territory.import_plan` is told of the file."""
        return {
            "units": self.units,
            "grids": self.grids,
            "reasons": self.reasons,
            "keep_numbers": self.is_ours,
        }


@lru_cache(maxsize=4)
def read_assignment(digest: str, unit: str = "", grid: str = "") -> Assignment:
    """Read a stored file in a process of its own (kept for a second look).

    `unit` and `grid` name the columns where the file calls them by words that are not known here.
    Raises PlanColumnsMissing, and what `read_table` refuses.
    """
    limits = Limits(memory_bytes=settings.YIGE_MEMORY_MB << 20)
    table = read_table(files.path_of(digest), limits=limits)
    of_unit = _column(table, unit, UNIT_NAMES)
    of_grid = _column(table, grid, GRID_NAMES, apart_from=of_unit)
    if of_unit is None or of_grid is None:
        raise PlanColumnsMissing(columns=table.columns[:20], unit=UNIT, grid=GRID)
    lost = {row for row, column in table.rounded if column == of_unit}
    units = [
        f"≈{row[of_unit]}"
        if place in lost or _SHORTENED.fullmatch(row[of_unit])
        else row[of_unit].strip()
        for place, row in enumerate(table.rows)
    ]
    return Assignment(
        units=units,
        grids=[row[of_grid].strip() for row in table.rows],
        reasons=_reasons(table),
        is_ours=set(COLUMNS) <= set(table.columns),
        rounded=sum(unit.startswith("≈") for unit in units),
    )


def _column(
    table: Table, asked: str, known: Sequence[str], *, apart_from: int | None = None
) -> int | None:
    """Find the column that was asked for, or else the first that bears a known name."""
    names = [name.strip().lower() for name in table.columns]
    for name in [asked.strip().lower()] if asked else known:
        if name in names and names.index(name) != apart_from:
            return names.index(name)
    return None


def _reasons(table: Table) -> list[str]:
    parts = [table.columns.index(name) for name in PARTS_OF_REASON if name in table.columns]
    return ["".join(row[part] for part in parts) for row in table.rows]
