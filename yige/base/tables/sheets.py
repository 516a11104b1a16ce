"""Spreadsheets (xlsx, and the older xls) by calamine: values only, no formula is run."""

from pathlib import Path

import python_calamine as calamine

from yige.base.tables.errors import (
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileTooHeavy,
    PartMissing,
)
from yige.base.tables.guard import unguarded
from yige.base.tables.shape import Head
from yige.base.tables.sink import Sink
from yige.base.tables.text import as_text

Cell = object
_TITLE_ROWS = 10


def read_sheet(path: Path, sink: Sink, *, kind: str, part: str | None) -> None:
    """Put the rows of one sheet down: the one named, else the first that has rows."""
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            names = list(book.sheet_names)
            if part is not None and part not in names:
                raise PartMissing(part=part, parts=names)
            for name in [part] if part is not None else names:
                sheet = book.get_sheet_by_name(name)
                if sheet.height and sheet.width:
                    others = [other for other in names if other != name]
                    _read(sheet, sink, Head([], kind=kind, part=name, other_parts=others))
                    return
    except calamine.PasswordError as locked:
        raise FileEncrypted() from locked
    except (calamine.CalamineError, ValueError) as broken:
        raise FileDamaged(reason=str(broken)) from broken
    raise FileEmpty()


def _read(sheet: calamine.CalamineSheet, sink: Sink, head: Head) -> None:
    limits = sink.limits
    for limit, found, allowed in (
        ("rows", sheet.height, limits.rows + _TITLE_ROWS),
        ("columns", sheet.width, limits.columns),
    ):
        if found > allowed:
            raise FileTooHeavy(limit=limit, allowed=allowed, found=found, part=sheet.name)
    merged = _Merged(sheet)
    title: list[Cell] | None = None
    headed = False
    for place, cells in enumerate(sheet.iter_rows()):
        row = merged.filled(place, [unguarded(v) if isinstance(v, str) else v for v in cells])
        filled = sum(bool(as_text(cell).strip()) for cell in cells)
        if headed:
            sink.row(place + 1, row)
        elif filled > 1 or (filled and (title is not None or sheet.width == 1)):
            head.columns = [as_text(cell) for cell in row]
            sink.begin(head)
            headed = True
        elif filled:
            # One filled cell above the rest is a title; the header is the next row.
            title = row
    if not headed:
        raise FileEmpty(part=sheet.name)


class _Merged:
    """Give every row under a merged cell the value that stands only in its first."""

    def __init__(self, sheet: calamine.CalamineSheet) -> None:
        left = sheet.start[1] if sheet.start else 0
        self._starts: dict[int, list[tuple[int, int, int]]] = {}
        for (top, first), (bottom, last) in sheet.merged_cell_ranges or []:
            if bottom > top:
                spans = self._starts.setdefault(top, [])
                spans.append((bottom, first - left, last - left))
        self._open: list[tuple[int, int, Cell]] = []

    def filled(self, place: int, row: list[Cell]) -> list[Cell]:
        self._open = [span for span in self._open if span[0] >= place]
        for _bottom, column, value in self._open:
            if column < len(row) and not as_text(row[column]):
                row[column] = value
        for bottom, first, _last in self._starts.get(place, []):
            if 0 <= first < len(row):
                self._open.append((bottom, first, row[first]))
        return row
