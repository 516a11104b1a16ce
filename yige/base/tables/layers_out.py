"""Write shapes out: GeoJSON, GeoPackage and zipped shapefile, for maps outside."""

import json
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from yige.base.tables.write import Value

STORED_IN = "EPSG:4490"
_NAME_BYTES = 10


def write_geojson(
    path: Path,
    columns: Sequence[str],
    rows: Sequence[Sequence[Value]],
    shapes: Sequence[bytes | None],
) -> None:
    """Write a FeatureCollection in longitude and latitude, 7 decimals (about a centimetre)."""
    rounded = shapely.set_precision(shapely.from_wkb(_array(shapes)), 1e-7, mode="pointwise")
    with path.open("w", encoding="utf-8") as out:
        out.write('{"type":"FeatureCollection","features":[')
        for place, (row, shape) in enumerate(zip(rows, shapely.to_geojson(rounded), strict=True)):
            properties = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
            comma = ",\n" if place else "\n"
            geometry = shape or "null"
            out.write(f'{comma}{{"type":"Feature","properties":{properties},')
            out.write(f'"geometry":{geometry}}}')
        out.write("\n]}\n")


def write_gpkg(
    path: Path,
    columns: Sequence[str],
    rows: Sequence[Sequence[Value]],
    shapes: Sequence[bytes | None],
    *,
    layer: str,
) -> None:
    """Write one GeoPackage layer in CGCS2000."""
    path.unlink(missing_ok=True)
    _write(path, columns, rows, shapes, driver="GPKG", layer=layer)


def write_shapefile(
    path: Path,
    columns: Sequence[str],
    rows: Sequence[Sequence[Value]],
    shapes: Sequence[bytes | None],
    *,
    layer: str,
) -> None:
    """Write a shapefile in UTF-8, zipped; column names are cut to the 10 bytes there are."""
    with tempfile.TemporaryDirectory(prefix="yige-shapefile-") as name:
        folder = Path(name)
        _write(
            folder / f"{layer}.shp",
            _short_names(columns),
            rows,
            shapes,
            driver="ESRI Shapefile",
            layer=layer,
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, file.name)


def _write(
    path: Path,
    columns: Sequence[str],
    rows: Sequence[Sequence[Value]],
    shapes: Sequence[bytes | None],
    *,
    driver: str,
    layer: str,
) -> None:
    wkb = _array(shapes)
    kind = _geometry_type(wkb)
    pyogrio.raw.write(
        path,
        geometry=wkb,
        field_data=[_field([row[k] for row in rows]) for k in range(len(columns))],
        fields=np.array(columns, dtype=object),
        layer=layer,
        driver=driver,
        geometry_type=kind,
        promote_to_multi=kind.startswith("Multi"),
        crs=STORED_IN,
        encoding="UTF-8",
    )


def _array(shapes: Sequence[bytes | None]) -> NDArray[np.object_]:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


def _field(values: list[Value]) -> NDArray[np.generic]:
    if values and all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int64)
    if values and all(isinstance(value, int | float) for value in values):
        return np.array(values, dtype=np.float64)
    return np.array([None if v is None else str(v) for v in values], dtype=object)


def _geometry_type(wkb: NDArray[np.object_]) -> str:
    found = {shape.geom_type for shape in shapely.from_wkb(wkb) if shape is not None}
    plain = {name.removeprefix("Multi") for name in found}
    if len(plain) != 1:
        return "Unknown"
    return str(max(found, key=len))


def _short_names(columns: Sequence[str]) -> list[str]:
    """Cut names to whole characters within the limit and keep them apart by a number."""
    taken: list[str] = []
    for column in columns:
        name, turn = _cut(column, _NAME_BYTES), 1
        while name in taken:
            turn += 1
            name = f"{_cut(column, _NAME_BYTES - len(str(turn)))}{turn}"
        taken.append(name)
    return taken


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
