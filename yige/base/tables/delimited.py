"""Delimited text: commas, semicolons or tabs, in UTF-8 or GB18030."""

import csv
import io
from pathlib import Path

from yige.base.tables.errors import FileDamaged, FileEmpty
from yige.base.tables.guard import unguarded
from yige.base.tables.shape import Head
from yige.base.tables.sink import Sink
from yige.base.tables.text import decoded

DELIMITERS = (",", ";", "\t")
_SAMPLE_LINES = 20


def read_delimited(path: Path, sink: Sink) -> None:
    """Put the rows of a delimited file down; a row's number is the line where it begins."""
    text, encoding = decoded(path.read_bytes())
    csv.field_size_limit(max(sink.limits.cell_length * 4, 1 << 17))
    delimiter = likely_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    began, headed = 1, False
    try:
        for raw in reader:
            number, began = began, reader.line_num + 1
            cells = [unguarded(cell) for cell in raw]
            if headed:
                sink.row(number, cells)
            elif any(cell.strip() for cell in cells):
                sink.begin(Head(cells, kind="csv", encoding=encoding, delimiter=delimiter))
                headed = True
    except csv.Error as broken:
        raise FileDamaged(row=began, reason=str(broken)) from broken
    if not headed:
        raise FileEmpty()


def likely_delimiter(text: str) -> str:
    """Choose the delimiter that cuts the first lines into the same number of cells most often."""
    sample = "\n".join(text[:65_536].splitlines()[:_SAMPLE_LINES])

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter)]
        except csv.Error:
            return 0, 0
        first = next((width for width in widths if width), 1)
        return (sum(width == first for width in widths) if first > 1 else 0), first

    return max(DELIMITERS, key=worth)
