"""Read a table of divisions: code, name, and what else is known of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from yige.base.tables.shape import Table
from yige.kernel.codes import LEVELS, Level, NotACode, level_of
from yige.kernel.places import Datum, DatumMissing, to_storage
from yige.territory.survey_cells import (
    CellFault,
    degrees,
    shape_from_text,
    sound_text,
    whole_number,
)
from yige.territory.survey_columns import ColumnsMissing
from yige.territory.survey_found import RowError, as_shapes

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "code": ("code", "编码", "代码", "区划代码", "编号"),
    "name": ("name", "名称", "区划名称"),
    "kind": ("kind", "类型", "类别"),
    "households": ("households", "户数"),
    "residents": ("residents", "人口", "人口数", "常住人口"),
    "lon": ("lon", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "outline": ("outline", "geometry", "范围", "图形"),
}
MOST: Final = 20_000_000
VILLAGE: Final = ("村", "村庄", "行政村", "村委会", "村民委员会", "village")


@dataclass(frozen=True)
class DivisionRows:
    """Divisions ready to be entered, and what keeps others out."""

    rows: list[dict[str, Any]]
    errors: list[RowError]


def read_divisions(table: Table, *, datum: Datum | None) -> DivisionRows:
    """Read and check a table of divisions; raises ColumnsMissing, or DatumMissing with places."""
    columns = _columns(table.columns)
    missing = [name for name in ("code", "name") if name not in columns]
    if missing:
        raise ColumnsMissing(missing=missing, found=table.columns[:40])
    shapes = as_shapes(table.geometry) if table.geometry is not None else None
    has_places = shapes is not None or bool({"lon", "outline"} & columns.keys())
    if has_places and datum is None:
        raise DatumMissing(known=[known.value for known in Datum])
    found, errors, seen = [], [], set()
    for place, cells in enumerate(table.rows):
        said = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
        shape = shapes[place] if shapes is not None else None
        row, faults = _row(said, shape, datum)
        if row["code"] in seen:
            faults.append(("code", "territory.row_code_twice", {}))
        seen.add(row["code"])
        errors += [
            RowError(table.numbers[place], table.columns[columns[name]] if name in columns
                     else name, said.get(name, "")[:60], code, facts)
            for name, code, facts in faults
        ]  # fmt: skip
        if not faults:
            found.append(row)
    return DivisionRows(found, errors)


def _columns(headings: Sequence[str]) -> dict[str, int]:
    plain = {heading.strip().casefold(): at for at, heading in reversed([*enumerate(headings)])}
    return {
        name: plain[word]
        for name, words in NAMES.items()
        for word in reversed(words)
        if word in plain
    }


Faults = list[tuple[str, str, dict[str, Any]]]


def _row(
    said: Mapping[str, str], shape: shapely.Geometry | None, datum: Datum | None
) -> tuple[dict[str, Any], Faults]:
    row: dict[str, Any] = {"code": said.get("code", ""), "name": "", "kind": ""}
    faults: Faults = []
    try:
        if level_of(row["code"]) is Level.GRID:
            raise NotACode
    except NotACode:
        faults.append(("code", "territory.row_not_a_code", {"digits": list(LEVELS)[:3]}))
    for name in ("name", "households", "residents"):
        try:
            if name == "name":
                row[name] = sound_text(said.get(name, ""), 120)
            else:
                row[name] = whole_number(said.get(name, ""), most=MOST) or 0
        except CellFault as fault:
            faults.append((name, fault.code, fault.facts))
    if not row["name"] and not faults:
        faults.append(("name", "territory.row_name_missing", {}))
    row["kind"] = "village" if said.get("kind", "") in VILLAGE else ""
    faults += _place(row, said, shape, datum)
    return row, faults


def _place(
    row: dict[str, Any],
    said: Mapping[str, str],
    shape: shapely.Geometry | None,
    datum: Datum | None,
) -> Faults:
    """Put the point and the outline of a division into its row."""
    text = said.get("outline", "")
    if shape is None and text:
        shape = shape_from_text(text)
        if shape is None:
            return [("outline", "territory.row_shape_unreadable", {})]
    if shape is not None and not shape.is_empty:
        if shape.geom_type not in ("Polygon", "MultiPolygon", "Point"):
            return [("outline", "territory.row_shape_kind", {"kind": shape.geom_type})]
        if not shape.is_valid:
            return [("outline", "territory.row_shape_crosses_itself", {})]
        moved = shapely.transform(
            shape, lambda xy: np.column_stack(to_storage(xy[:, 0], xy[:, 1], datum=datum))
        )
        middle = moved.representative_point()
        row |= {"lon": middle.x, "lat": middle.y}
        if moved.geom_type != "Point":
            row["outline"] = shapely.to_geojson(shapely.set_precision(moved, 1e-7))
        return []
    if said.get("lon") or said.get("lat"):
        lon, lat = degrees(said.get("lon", "")), degrees(said.get("lat", ""))
        if lon is None or lat is None or abs(lat) > 90:
            return [("lon", "territory.row_place_unreadable", {})]
        x, y = to_storage(lon, lat, datum=datum)
        row |= {"lon": float(x), "lat": float(y)}
    return []
