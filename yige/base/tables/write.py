"""Write tables that a spreadsheet shows and never runs.

What goes out through here comes back the same through `read_table`.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from yige.base.tables.guard import guarded

Value = str | int | float | None


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """Write a CSV text with safe cells and the line ends spreadsheets expect."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(name) for name in columns])
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def write_csv(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    for_programs: bool = False,
) -> None:
    """Write a CSV file in UTF-8, with the mark that spreadsheets need to read Chinese right."""
    encoding = "utf-8" if for_programs else "utf-8-sig"
    path.write_text(csv_text(columns, rows), encoding=encoding, newline="")


def write_xlsx(
    path: Path | io.BytesIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    sheet: str = "Sheet1",
) -> None:
    """Write a spreadsheet of one sheet: text stays text (zeros in front are kept)."""
    options = {
        "in_memory": True,
        "constant_memory": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet(sheet)
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        page.freeze_panes(1, 0)
        for column, name in enumerate(columns):
            page.write_string(0, column, guarded(name), bold)
        for place, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(place, column, guarded(cell), text)
                elif cell is not None:
                    page.write_number(place, column, cell)
