"""Read the state's list of changed divisions: old code, new code, name and the day it holds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from yige.base.tables.shape import Table
from yige.kernel.codes import LEVELS, Level, NotACode, level_of
from yige.territory.division_rows import VILLAGE
from yige.territory.survey_cells import CellFault, sound_text
from yige.territory.survey_columns import ColumnsMissing
from yige.territory.survey_found import RowError

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "old": ("old", "old code", "原代码", "旧代码", "原编码", "变更前代码"),
    "new": ("new", "new code", "新代码", "现代码", "新编码", "变更后代码"),
    "name": ("name", "new name", "名称", "新名称", "现名称", "变更后名称"),
    "kind": ("kind", "类型", "类别"),
    "date": ("date", "日期", "生效日期", "变更日期"),
}
UNIT_NAMES: Final = ("unit", "unit code", "单元", "单元代码", "单元编码")


@dataclass(frozen=True)
class ChangeRows:
    """Changes by the day from which they hold (None: from now), and what keeps rows out."""

    by_day: dict[date | None, list[dict[str, Any]]]
    errors: list[RowError] = field(default_factory=list)


def read_changes(table: Table, *, today: date) -> ChangeRows:
    """Read and check a list of changes; raises ColumnsMissing without old and new codes."""
    columns = _columns(table.columns, NAMES)
    missing = [name for name in ("old", "new") if name not in columns]
    if missing:
        raise ColumnsMissing(missing=missing, found=table.columns[:40])
    found = ChangeRows(defaultdict(list))
    for place, cells in enumerate(table.rows):
        said = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
        row, day, faults = _row(said, today)
        found.errors.extend(
            RowError(table.numbers[place], table.columns[columns[name]], said[name][:60], code,
                     facts)
            for name, code, facts in faults
        )  # fmt: skip
        if not faults:
            found.by_day[day].append(row)
    return found


def read_units(table: Table) -> dict[str, list[str]]:
    """Read which unit goes to which new code: two columns of a file."""
    columns = _columns(table.columns, {"unit": UNIT_NAMES, "new": NAMES["new"]})
    missing = [name for name in ("unit", "new") if name not in columns]
    if missing:
        raise ColumnsMissing(missing=missing, found=table.columns[:40])
    units: dict[str, list[str]] = defaultdict(list)
    for cells in table.rows:
        units[cells[columns["new"]].strip()].append(cells[columns["unit"]].strip())
    return units


def _columns(headings: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    plain = {heading.strip().casefold(): at for at, heading in reversed([*enumerate(headings)])}
    return {
        name: plain[word] for name, words in names.items() for word in reversed(words)
        if word in plain
    }  # fmt: skip


Faults = list[tuple[str, str, dict[str, Any]]]


def _row(said: Mapping[str, str], today: date) -> tuple[dict[str, Any], date | None, Faults]:
    faults: Faults = []
    for name in ("old", "new"):
        try:
            if level_of(said.get(name, "")) is Level.GRID:
                raise NotACode
        except NotACode:
            faults.append((name, "territory.row_not_a_code", {"digits": list(LEVELS)[:3]}))
    row: dict[str, Any] = {"old": said.get("old", ""), "new": said.get("new", "")}
    try:
        row["name"] = sound_text(said.get("name", ""), 120)
    except CellFault as fault:
        faults.append(("name", fault.code, fault.facts))
    row["kind"] = "village" if said.get("kind", "") in VILLAGE else ""
    day = None
    try:
        day = date.fromisoformat(said["date"]) if said.get("date") else None
    except ValueError:
        faults.append(("date", "territory.row_no_date", {}))
    if day is not None and day > today:
        faults.append(("date", "territory.row_day_to_come", {"today": today.isoformat()}))
    return row, day, faults
