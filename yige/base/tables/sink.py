"""Where a reader in the child puts its rows: counted, measured, and written for the parent."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from yige.base.tables.errors import FileTooHeavy
from yige.base.tables.shape import Head, Limits
from yige.base.tables.text import as_text, is_rounded

ROWS = "rows.jsonl"
SHAPES = "shapes.wkb"
END = "end"
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


class Sink:
    """Write the head, then row after row; refuse the first thing that passes a limit."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.limits = limits
        self._rows = (folder / ROWS).open("w", encoding="utf-8")
        self._shapes = (folder / SHAPES).open("wb")
        self._head: Head | None = None
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._line([END, self._written])
        self._rows.close()
        self._shapes.close()

    def begin(self, head: Head) -> None:
        """Open the table; columns without a name get one from their place."""
        self._within("columns", len(head.columns), 1)
        for name in head.columns:
            self._within("cell_length", len(name), 1)
        head.columns = [
            name.strip() or f"column {place}" for place, name in enumerate(head.columns, start=1)
        ]
        self._head = head
        self._line(dataclasses.asdict(head))

    def row(self, number: int, values: Sequence[object], shape: bytes | None = None) -> None:
        """Put down one row; a row without anything in it is passed over."""
        head = self._head
        if head is None:
            raise RuntimeError("a row came before the head")
        cells = [value if type(value) is str else as_text(value) for value in values]
        if shape is None and not any(cell.strip() for cell in cells):
            return
        self._within("rows", self._written + 1, number)
        self._within("cell_length", max(map(len, cells), default=0), number)
        width = len(head.columns)
        wide = any(cell.strip() for cell in cells[width:])
        cells = cells[:width] + [""] * (width - len(cells))
        rounded = [
            k
            for k, value in enumerate(values[:width])
            if type(value) is float and is_rounded(value)
        ]
        size = -1 if shape is None else self._shapes.write(shape)
        self._line([number, size, int(wide), rounded, cells])
        self._written += 1

    def _within(self, limit: str, found: int, row: int) -> None:
        allowed = getattr(self.limits, limit)
        if found > allowed:
            raise FileTooHeavy(limit=limit, allowed=allowed, found=found, row=row)

    def _line(self, value: object) -> None:
        self._rows.write(_ENCODE(value))
        self._rows.write("\n")
