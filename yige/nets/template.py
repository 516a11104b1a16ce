"""The empty file of an old net: a spreadsheet that explains itself, or a plain CSV."""

import io
from typing import Final

import xlsxwriter
from django.utils.translation import gettext, gettext_noop, override

from yige.base.tables.write import csv_text
from yige.nets.columns import NAMES, REQUIRED

COLUMNS: Final = ("cell", "name", "communities", "compounds", "buildings", "units", "duty",
                  "holder", "phone", "username")  # fmt: skip
MEANS: Final = {
    "cell": gettext_noop("The cell's own code in the old net, in every row of the cell."),
    "name": gettext_noop("What the cell is called."),
    "communities": gettext_noop(
        "Communities by name or code. Alone: the cell is all of them. Beside compounds or "
        "buildings: it says where those are."
    ),
    "compounds": gettext_noop(
        "Compounds the cell covers, several with 、 between. Beside buildings: where those are."
    ),
    "buildings": gettext_noop("Buildings the cell covers, such as 3号楼."),
    "units": gettext_noop("Codes of single units the cell covers besides."),
    "duty": gettext_noop("What is done in the cell; several duties with ； between."),
    "holder": gettext_noop("Who does it: a member of staff or an official with this duty."),
    "phone": gettext_noop("The duty number. It is erased when the old net is retired."),
    "username": gettext_noop(
        "The person's user name here, if there is one: then the person signs for himself."
    ),
}
RULES: Final = (
    gettext_noop("One row for each duty; further rows of a cell may leave out what it covers."),
    gettext_noop("Outlines come as GeoJSON or GeoPackage, with these columns as properties."),
    gettext_noop("Workers only: nothing about residents or petitioners belongs in this file."),
)


def header(key: str, language: str) -> str:
    """Give a column's heading: the first name in the language that the importer knows it by."""
    if not language.startswith("zh"):
        return NAMES[key][0]
    return next(name for name in NAMES[key] if not name.isascii())


def net_template(language: str, *, kind: str = "xlsx") -> bytes:
    """Make the template in a language, as "xlsx" or "csv"."""
    headings = [header(key, language) for key in COLUMNS]
    if kind == "csv":
        return csv_text(headings, []).encode("utf-8-sig")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book, override(language):
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        page = book.add_worksheet(gettext("Cells and duties"))
        page.freeze_panes(1, 1)
        page.set_column(0, len(COLUMNS) - 1, 18, text)
        page.write_row(0, 0, headings, bold)
        _explain(book, headings)
    return out.getvalue()


def _explain(book: xlsxwriter.Workbook, headings: list[str]) -> None:
    page = book.add_worksheet(gettext("How to fill it in"))
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    page.set_column(0, 1, 16)
    page.set_column(2, 2, 80, wrap)
    page.write_row(0, 0, [gettext("Column"), gettext("Required"), gettext("Meaning")], bold)
    for place, (key, heading) in enumerate(zip(COLUMNS, headings, strict=True), start=1):
        must = gettext("yes") if key in REQUIRED else ""
        page.write_row(place, 0, [heading, must, gettext(MEANS[key])])
    for place, rule in enumerate(RULES, start=len(COLUMNS) + 2):
        page.write_string(place, 2, gettext(rule), wrap)
