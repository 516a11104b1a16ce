"""Write a crosswalk as a file that a spreadsheet shows."""

import io
from typing import Final

from django.utils.translation import gettext

from yige.base.tables.write import Value, csv_text, write_xlsx
from yige.nets.errors import KindUnknown
from yige.nets.queries import NetView, crosswalk

MEDIA: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def crosswalk_written(view: NetView, kind: str) -> bytes:
    """Write all rows as "xlsx" or "csv"; raise KindUnknown for another kind."""
    if kind not in MEDIA:
        raise KindUnknown(kind=kind, kinds=list(MEDIA))
    columns = [gettext("Cell code"), gettext("Cell"), gettext("Grid code"), gettext("Grid"),
               gettext("Units"), gettext("Households"), gettext("Share of the cell"),
               gettext("Share of the grid")]  # fmt: skip
    rows: list[list[Value]] = [
        [row.cell_code, row.cell, row.area, row.name, row.units, row.households,
         round(row.share_of_cell, 6), round(row.share_of_area, 6)]
        for row in crosswalk(view)
    ]  # fmt: skip
    if kind == "csv":
        return csv_text(columns, rows).encode("utf-8-sig")
    out = io.BytesIO()
    write_xlsx(out, columns, rows, sheet=gettext("Crosswalk"))
    return out.getvalue()
