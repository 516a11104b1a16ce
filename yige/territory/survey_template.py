"""The empty survey: a spreadsheet that explains and checks itself, or a plain CSV."""

import io
from typing import Final

import xlsxwriter
from django.utils.translation import gettext, gettext_noop, override

from yige.base.tables.write import csv_text
from yige.territory.survey_cells import KINDS, MOST
from yige.territory.survey_columns import NAMES, REQUIRED

COLUMNS: Final = (
    "code", "community", "compound", "building", "stairwell", "doors", "floors", "households",
    "residents", "age_0_6", "age_7_17", "age_18_59", "age_60_79", "age_80_up", "firm", "lon",
    "lat", "address", "kind",
)  # fmt: skip
MEANS: Final = {
    "code": gettext_noop(
        "The unit's own code, as text. It never changes and is never used twice."
    ),
    "community": gettext_noop("The community's 12-digit code, or its name."),
    "compound": gettext_noop("The residential compound; empty where there is none."),
    "building": gettext_noop("The building's number."),
    "stairwell": gettext_noop("The stairwell's number."),
    "doors": gettext_noop("The number of flats."),
    "floors": gettext_noop("The number of floors."),
    "households": gettext_noop("The number of households that live here; 0 where nobody lives."),
    "residents": gettext_noop("The number of residents."),
    "age_0_6": gettext_noop("Residents up to 6 years of age, if they were counted."),
    "age_7_17": gettext_noop("Residents from 7 to 17 years of age."),
    "age_18_59": gettext_noop("Residents from 18 to 59 years of age."),
    "age_60_79": gettext_noop("Residents from 60 to 79 years of age."),
    "age_80_up": gettext_noop("Residents of 80 years and over."),
    "firm": gettext_noop("The property company that looks after the building."),
    "lon": gettext_noop("Longitude in degrees, such as 119.942274. Say in which datum."),
    "lat": gettext_noop("Latitude in degrees, such as 37.177129."),
    "address": gettext_noop("Street and number."),
    "kind": gettext_noop("What the unit is; empty means residential."),
}
NO_NAMES: Final = gettext_noop("Counts only: no resident's name belongs in a survey.")
_ROWS: Final = 100_000
_TEXT: Final = ("code", "community")


def header(key: str, language: str) -> str:
    """Give a column's heading: the first name in the language that the importer knows it by."""
    if not language.startswith("zh"):
        return NAMES[key][0]
    return next(name for name in NAMES[key] if any("\u4e00" <= sign <= "\u9fff" for sign in name))


def survey_template(language: str, *, kind: str = "xlsx") -> bytes:
    """Make the template in a language, as "xlsx" or "csv"."""
    headings = [header(key, language) for key in COLUMNS]
    if kind == "csv":
        return csv_text(headings, []).encode("utf-8-sig")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book, override(language):
        _units_sheet(book, headings, language)
        _explaining_sheet(book, headings)
    return out.getvalue()


def _units_sheet(book: xlsxwriter.Workbook, headings: list[str], language: str) -> None:
    page = book.add_worksheet(gettext("Units"))
    text = book.add_format({"num_format": "@"})
    plain, must = book.add_format({"bold": True}), book.add_format({"bold": True, "underline": 1})
    page.freeze_panes(1, 1)
    for place, (key, heading) in enumerate(zip(COLUMNS, headings, strict=True)):
        page.write_string(0, place, heading, must if key in REQUIRED else plain)
        page.set_column(place, place, 14, text if key in _TEXT else None)
        rule = _rule(key, language)
        if rule:
            page.data_validation(1, place, _ROWS, place, rule)


def _rule(key: str, language: str) -> dict[str, object] | None:
    told = {"error_title": gettext("Please check"), "error_message": gettext(MEANS[key])}
    if key in MOST:
        return {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": MOST[key],
                **told}  # fmt: skip
    if key in ("lon", "lat"):
        most = 180 if key == "lon" else 90
        return {"validate": "decimal", "criteria": "between", "minimum": -most, "maximum": most,
                **told}  # fmt: skip
    if key == "kind":
        place = 1 if language.startswith("zh") else 0
        return {"validate": "list", "source": [names[place] if len(names) > place else names[0]
                                               for names in KINDS.values()], **told}  # fmt: skip
    return None


def _explaining_sheet(book: xlsxwriter.Workbook, headings: list[str]) -> None:
    page = book.add_worksheet(gettext("How to fill it in"))
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    page.set_column(0, 1, 16)
    page.set_column(2, 2, 80, wrap)
    page.write_row(0, 0, [gettext("Column"), gettext("Required"), gettext("Meaning")], bold)
    for place, (key, heading) in enumerate(zip(COLUMNS, headings, strict=True), start=1):
        must = gettext("yes") if key in REQUIRED else ""
        page.write_row(place, 0, [heading, must, gettext(MEANS[key])])
    page.write_string(len(COLUMNS) + 2, 0, gettext(NO_NAMES))
