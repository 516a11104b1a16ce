"""A plan as a file for other programs: which grid each unit is in, and why a grid may be so.

The columns are the same in every kind of file and short enough for a shapefile, whose cells hold
254 bytes: there a long reason goes on in further columns.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

import numpy as np
import shapely
from django.db.models import Q, QuerySet

from yige.base.access import Actor, within
from yige.base.tables.layers_out import write_geojson, write_gpkg, write_shapefile
from yige.base.tables.ods import write_ods
from yige.base.tables.write import Value, write_csv, write_xlsx
from yige.territory import access
from yige.territory.drawing import A_HOUSE
from yige.territory.errors import KindUnknown, PlanEmpty
from yige.territory.models import Plan, Unit
from yige.territory.queries import in_force

UNIT, GRID, REASON = "unit", "grid", "reason"
COLUMNS: Final = (UNIT, "community", GRID, "grid_code", "households", REASON)
PARTS_OF_REASON: Final = (REASON, "reason2", "reason3")
LAYER: Final = "plan"
_CELL_BYTES: Final = 240

Rows = list[tuple[Value, ...]]
Shapes = Sequence[bytes | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its suffix, its media type, and what writes it."""

    suffix: str
    media_type: str
    write: Callable[[Path, Rows, Shapes], None]


def plan_to_write(actor: Actor, plan: UUID, kind: str) -> tuple[Plan, Kind]:
    """Return a plan that the actor may see and the kind of file, or raise what is wrong."""
    if kind not in KINDS:
        raise KindUnknown(kind=kind, kinds=sorted(KINDS))
    found = access.plan_for(actor, plan)
    if not found.units.exists():
        raise PlanEmpty(plan=str(found.id))
    return found, KINDS[kind]


def write_plan(plan: Plan, kind: Kind, path: Path, *, at: datetime) -> None:
    """Write a plan's units by code, each with its grid's number, code and reason.

    A draft also has units that are in none of its grids yet: their number is left empty.
    """
    grids = {label: (code, reason) for label, code, reason in
             plan.grids.values_list("label", "code", "reason")}  # fmt: skip
    held = dict(plan.units.values_list("unit_id", "label"))
    rows: Rows = []
    places: list[tuple[float | None, float | None, str]] = []
    for unit, code, community, households, lon, lat, outline in _units(plan, at):
        label = held.get(unit)
        grid_code, reason = grids.get(label, ("", "")) if label else ("", "")
        number = str(label) if label else ""
        rows.append((code, community, number, grid_code, households, reason))
        places.append((lon, lat, outline))
    kind.write(path, rows, _shapes(places) if kind.suffix in DRAWN else [])


def opened(plan: Plan, kind: Kind, *, at: datetime) -> BinaryIO:
    """Write a plan and open it for reading; nothing of it stays on the disk."""
    with tempfile.TemporaryDirectory(prefix="yige-plan-") as name:
        path = Path(name) / f"{LAYER}.{kind.suffix}"
        write_plan(plan, kind, path, at=at)
        return path.open("rb")


def _units(plan: Plan, at: datetime) -> QuerySet[Unit, tuple[Any, ...]]:
    """Select the plan's units, of a draft with those of its area that are in no grid."""
    wanted = Q(id__in=plan.units.values("unit_id"))
    if plan.state in (Plan.DRAFT, Plan.PROPOSED):
        wanted |= within(plan.area_code, field="community_code") & in_force(at)
    return Unit.objects.filter(wanted).order_by("code").values_list(
        "id", "code", "community_code", "households", "lon", "lat", "outline"
    )  # fmt: skip


def _shapes(places: Sequence[tuple[float | None, float | None, str]]) -> list[bytes | None]:
    """Give outlines as WKB; a unit known by a point is a small square around it."""
    drawn = shapely.from_geojson([outline or None for *_, outline in places])
    shapes = np.asarray(drawn, dtype=object)
    for place, (lon, lat, outline) in enumerate(places):
        if not outline and lon is not None and lat is not None:
            shapes[place] = shapely.box(
                lon - A_HOUSE / 2, lat - A_HOUSE / 2, lon + A_HOUSE / 2, lat + A_HOUSE / 2
            )
    return list(shapely.to_wkb(shapes))


def _csv(path: Path, rows: Rows, shapes: Shapes) -> None:
    write_csv(path, COLUMNS, rows)


def _xlsx(path: Path, rows: Rows, shapes: Shapes) -> None:
    write_xlsx(path, COLUMNS, rows, sheet=LAYER)


def _ods(path: Path, rows: Rows, shapes: Shapes) -> None:
    write_ods(path, COLUMNS, rows, sheet=LAYER)


def _geojson(path: Path, rows: Rows, shapes: Shapes) -> None:
    write_geojson(path, COLUMNS, rows, shapes)


def _gpkg(path: Path, rows: Rows, shapes: Shapes) -> None:
    write_gpkg(path, COLUMNS, rows, shapes, layer=LAYER)


def _shapefile(path: Path, rows: Rows, shapes: Shapes) -> None:
    columns = (*COLUMNS[:-1], *PARTS_OF_REASON)
    cut = [(*row[:-1], *_cut(str(row[-1] or ""))) for row in rows]
    write_shapefile(path, columns, cut, shapes, layer=LAYER)


def _cut(text: str) -> list[str]:
    """Cut a text into the three cells that a shapefile needs for 200 characters."""
    parts, rest = [], text.encode()
    for _ in PARTS_OF_REASON:
        part = rest[:_CELL_BYTES].decode(errors="ignore")
        parts.append(part)
        rest = rest[len(part.encode()) :]
    return parts


KINDS: Final[Mapping[str, Kind]] = {
    "csv": Kind("csv", "text/csv; charset=utf-8", _csv),
    "xlsx": Kind(
        "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx
    ),
    "ods": Kind("ods", "application/vnd.oasis.opendocument.spreadsheet", _ods),
    "geojson": Kind("geojson", "application/geo+json", _geojson),
    "gpkg": Kind("gpkg", "application/geopackage+sqlite3", _gpkg),
    "shp": Kind("shp.zip", "application/zip", _shapefile),
}
DRAWN: Final = frozenset({"geojson", "gpkg", "shp.zip"})
