"""The empty list of doors: a spreadsheet that explains and checks itself, or a plain CSV."""

import io
from typing import Final

import xlsxwriter
from django.utils.translation import gettext, gettext_noop, override

from yige.base.tables.write import csv_text
from yige.homes.door_reader import COLUMNS, NAMES, STATES

MEANS: Final = {
    "unit": gettext_noop("The unit's 18-digit code, or its address as in the survey."),
    "number": gettext_noop("What stands on the door, such as 302. No name."),
    "floor": gettext_noop("The floor, if the number does not tell it."),
    "state": gettext_noop("Lived in, empty or let; empty means as it was."),
}
ROWS: Final = 20_000


def door_template(language: str, *, kind: str = "xlsx") -> bytes:
    """Make the template in a language, as "xlsx" or "csv"."""
    is_chinese = language.startswith("zh")
    headings = [NAMES[key][1 if is_chinese else 0] for key in COLUMNS]
    if kind == "csv":
        return csv_text(headings, []).encode("utf-8-sig")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book, override(language):
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True})
        page = book.add_worksheet(gettext("Doors"))
        page.freeze_panes(1, 0)
        for place, heading in enumerate(headings):
            page.write_string(0, place, heading, bold)
            page.set_column(place, place, 24, text)
        words = [names[1 if is_chinese else 0] for names in STATES.values()]
        page.data_validation(1, 3, ROWS, 3, {"validate": "list", "source": words})
        notes = book.add_worksheet(gettext("How to fill it in"))
        notes.set_column(0, 0, 16)
        notes.set_column(1, 1, 80)
        for row, (key, heading) in enumerate(zip(COLUMNS, headings, strict=True)):
            notes.write_row(row, 0, [heading, gettext(MEANS[key])])
    return out.getvalue()
