"""Layers of shapes: GeoJSON by our own reading, GeoPackage and shapefile by GDAL.

Shapes leave in longitude and latitude, flat, as WKB.
"""

import json
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

from yige.base.tables.errors import (
    CrsMissing,
    CrsNotTaken,
    FileDamaged,
    FileEmpty,
    FileTooHeavy,
    PartMissing,
)
from yige.base.tables.shape import Head
from yige.base.tables.sink import Sink
from yige.base.tables.text import decoded, encoding_of

Shapes = NDArray[np.object_]

_SIDE_FILES = ("shx", "dbf", "prj", "cpg")
_OLD_CHINESE = ("beijing 1954", "xian 1980")
_GB_PAGES = {"936", "CP936", "GBK", "GB2312", "GB18030", "EUC-CN", "ANSI 936", "WINDOWS-936"}


def read_geojson(path: Path, sink: Sink) -> None:
    """Put the features of a GeoJSON file down; a row's number is the feature's place."""
    text, encoding = decoded(path.read_bytes())
    try:
        content = json.loads(text)
    except RecursionError as broken:
        raise FileDamaged(reason="nested too deeply") from broken
    except json.JSONDecodeError as broken:
        raise FileDamaged(line=broken.lineno, column=broken.colno, reason=broken.msg) from broken
    del text
    features = _features(content)
    columns = _property_names(features)
    shapes = _from_geojson(features)
    crs = content.get("crs") if isinstance(content, dict) else None
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    sink.begin(Head(columns, kind="geojson", geometry=True, crs=name, encoding=encoding))
    rows = ([_flat(feature, column) for column in columns] for feature in features)
    _put(sink, rows, _in_degrees(shapes, name))


def _features(content: Any) -> list[dict[str, Any]]:
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise FileDamaged(reason="no FeatureCollection")
    if not features:
        raise FileEmpty()
    for place, feature in enumerate(features, start=1):
        if not isinstance(feature, dict):
            raise FileDamaged(row=place, reason="no Feature")
    return features


def _property_names(features: list[dict[str, Any]]) -> list[str]:
    names: dict[str, None] = {}
    for feature in features:
        if "id" in feature:
            names.setdefault("id")
        names.update(dict.fromkeys(feature.get("properties") or {}))
    return list(names)


def _flat(feature: dict[str, Any], column: str) -> object:
    properties = feature.get("properties") or {}
    value = properties.get(column, feature.get("id") if column == "id" else None)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _from_geojson(features: list[dict[str, Any]]) -> Shapes:
    texts = [
        json.dumps(feature["geometry"]) if feature.get("geometry") else None
        for feature in features
    ]
    try:
        return np.asarray(shapely.from_geojson(texts), dtype=object)
    except shapely.errors.GEOSException:
        pass
    for place, text in enumerate(texts, start=1):
        try:
            shapely.from_geojson(text)
        except shapely.errors.GEOSException as broken:
            raise FileDamaged(row=place, reason=str(broken)) from broken
    raise FileDamaged(reason="unreadable geometry")


def read_layer(path: Path, sink: Sink, *, kind: str, part: str | None) -> None:
    """Put the features of a GeoPackage layer or a shapefile down, in their stored order."""
    encoding = _dbf_encoding(path) if kind == "shapefile" else None
    try:
        names = [str(name) for name, _type in pyogrio.list_layers(path)]
        if not names:
            raise FileEmpty()
        if part is not None and part not in names:
            raise PartMissing(part=part, parts=names)
        layer = part or names[0]
        info = pyogrio.read_info(path, layer=layer, force_feature_count=True, encoding=encoding)
        _check_counts(info, sink, layer)
        meta, _fids, shapes, fields = pyogrio.raw.read(
            path, layer=layer, encoding=encoding, force_2d=True, datetime_as_string=True
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as broken:
        raise FileDamaged(reason=str(broken)) from broken
    head = Head(
        [str(name) for name in meta["fields"]],
        kind=kind,
        geometry=shapes is not None,
        crs=meta["crs"],
        part=layer,
        other_parts=[name for name in names if name != layer],
        encoding=encoding,
    )
    sink.begin(head)
    columns = [column.tolist() for column in fields]
    rows = zip(*columns, strict=True) if columns else ([] for _ in range(len(shapes)))
    _put(sink, rows, _in_degrees(shapely.from_wkb(shapes), meta["crs"]))


def _check_counts(info: dict[str, Any], sink: Sink, layer: str) -> None:
    if info["features"] > sink.limits.rows:
        raise FileTooHeavy(
            limit="rows", allowed=sink.limits.rows, found=int(info["features"]), part=layer
        )
    if not info["features"]:
        raise FileEmpty(part=layer)


def _dbf_encoding(shp: Path) -> str:
    """Read the .cpg if there is one, else guess from the bytes of the attribute table."""
    beside = {file.suffix.lower(): file for file in shp.parent.glob(f"{shp.stem}.*")}
    if ".cpg" in beside:
        name = beside[".cpg"].read_text("ascii", errors="ignore").strip().upper()
        return "GB18030" if name in _GB_PAGES else name or "UTF-8"
    if ".dbf" not in beside:
        return "UTF-8"
    data = beside[".dbf"].read_bytes()
    if len(data) < 32:
        raise FileDamaged(member=beside[".dbf"].name)
    header = struct.unpack("<H", data[8:10])[0]
    names = b"".join(data[at : at + 11].rstrip(b"\0") for at in range(32, header - 32, 32))
    return encoding_of(names + data[header:])


def _put(sink: Sink, rows: Iterable[Sequence[object]], shapes: Shapes) -> None:
    found = int(shapely.get_num_coordinates(shapes).sum())
    if found > sink.limits.vertices:
        raise FileTooHeavy(limit="vertices", allowed=sink.limits.vertices, found=found)
    wkb = shapely.to_wkb(shapes)
    wkb[shapely.is_empty(shapes)] = None
    for number, (values, shape) in enumerate(zip(rows, wkb, strict=True), start=1):
        sink.row(number, values, shape)


def _in_degrees(shapes: Shapes, crs: str | None) -> Shapes:
    shapes = np.asarray(shapely.force_2d(shapes), dtype=object)
    if crs is None:
        _check_degrees(shapes)
        return shapes
    try:
        source = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as broken:
        raise CrsNotTaken(crs=crs) from broken
    geodetic = source.geodetic_crs
    if geodetic is None or geodetic.name.lower().startswith(_OLD_CHINESE):
        raise CrsNotTaken(crs=source.name)
    if source.is_geographic and ("WGS 84" in source.name or "2000" in source.name):
        _check_degrees(shapes)
        return shapes
    chinese = "China Geodetic Coordinate System 2000" in geodetic.name or "CGCS2000" in crs
    move = pyproj.Transformer.from_crs(source, 4490 if chinese else 4326, always_xy=True)
    flat = shapely.transform(shapes, lambda xy: np.column_stack(move.transform(*xy.T)))
    moved = np.asarray(flat, dtype=object)
    _check_degrees(moved)
    return moved


def _check_degrees(shapes: Shapes) -> None:
    west, south, east, north = shapely.total_bounds(shapes)
    if west < -180 or east > 180 or south < -90 or north > 90 or np.isinf((west, north)).any():
        raise CrsMissing(bounds=[float(side) for side in (west, south, east, north)])


def side_files(name: str) -> bool:
    """Tell whether a file belongs to a shapefile."""
    return name.lower().rpartition(".")[2] in ("shp", *_SIDE_FILES)
