"""Vector tiles in one PMTiles file, cut and written without a map server or a tile program.

Shapes go in by longitude and latitude. The net of a city's grids and units is written by
`write_net`; anything else, such as a basemap, by `write_tiles`.
"""

import gzip
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from yige.base.tilecode import EXTENT, LINE, POINT, POLYGON, Value, draw, layer_message

BUFFER = 64 / EXTENT  # of a tile, so that lines and labels do not break at its edge
FINEST = 1.5 / EXTENT  # what is closer together than this is drawn as one point
KINDS = {0: POINT, 4: POINT, 1: LINE, 2: LINE, 5: LINE, 3: POLYGON, 6: POLYGON}

Shapes = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Layer:
    """Shapes (shapely or WKB, longitude and latitude) with text or whole numbers beside them.

    `from_zoom` says at which zoom a shape first appears: one number, or one for each shape.
    """

    name: str
    shapes: Sequence[Any] | Shapes
    fields: Mapping[str, Sequence[Value]]
    from_zoom: int | Sequence[int] = 0


@dataclass(frozen=True)
class Net:
    """Outlines with their codes and whatever else the map shows beside them."""

    codes: Sequence[str]
    shapes: Sequence[Any] | Shapes
    facts: Mapping[str, Sequence[Value]]


@dataclass(frozen=True)
class _Pieces:
    """What of each shape lies in which tile of a zoom; the world is 2**zoom tiles wide."""

    shape: Shapes
    feature: Ints
    x: Ints
    y: Ints


def write_net(path: Path, grids: Net, units: Net) -> None:
    """Write the grids (zoom 9 to 15) and units (12 to 15) of a plan, each with its `code`."""
    write_tiles(
        path,
        [
            Layer("grid", grids.shapes, {"code": grids.codes, **grids.facts}, 9),
            Layer("unit", units.shapes, {"code": units.codes, **units.facts}, 12),
        ],
        zooms=(9, 15),
        name="net",
    )


def write_tiles(path: Path, layers: Sequence[Layer], *, zooms: tuple[int, int], name: str) -> None:
    """Write layers, drawn in their order, as one PMTiles file; replaces what was there at once."""
    worlds = [_in_world(layer.shapes) for layer in layers]
    tiles: dict[tuple[int, int, int], list[bytes]] = {}
    for layer, world in zip(layers, worlds, strict=True):
        _cut_layer(layer, world, zooms, tiles)
    bounds = shapely.total_bounds(np.concatenate([_shapes(layer.shapes) for layer in layers]))
    open_writer: Any = Writer
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        writer = open_writer(file)
        for number, tile in sorted((zxy_to_tileid(*place), place) for place in tiles):
            writer.write_tile(number, gzip.compress(b"".join(tiles[tile]), 6, mtime=0))
        writer.finalize(_header(bounds, zooms), _metadata(layers, zooms, name))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _shapes(shapes: Sequence[Any] | Shapes) -> Shapes:
    given = np.asarray(shapes, dtype=object)
    if len(given) and isinstance(given[0], bytes):
        given = shapely.from_wkb(given)
    return given


def _in_world(shapes: Sequence[Any] | Shapes) -> Shapes:
    """Return shapes in the square world of web maps: 0 to 1, east and south."""

    def project(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x = points[:, 0] / 360 + 0.5
        y = 0.5 - np.arcsinh(np.tan(np.radians(points[:, 1]))) / (2 * np.pi)
        return np.column_stack([x, y])

    world: Shapes = shapely.transform(_shapes(shapes), project)
    return world


def _cut_layer(
    layer: Layer,
    world: Shapes,
    zooms: tuple[int, int],
    tiles: dict[tuple[int, int, int], list[bytes]],
) -> None:
    """Add a layer to every tile it touches, each zoom cut from the one above."""
    from_zoom = np.maximum(np.broadcast_to(layer.from_zoom, len(world)), zooms[0])
    carried: _Pieces | None = None
    for zoom in range(zooms[0], zooms[1] + 1):
        fresh = _first_cut(world, np.flatnonzero(from_zoom == zoom), zoom)
        carried = fresh if carried is None else _joined(_quartered(carried, zoom), fresh)
        if len(carried.shape):
            _encode(layer, carried, zoom, zooms[1], tiles)


def _first_cut(world: Shapes, features: Ints, zoom: int) -> _Pieces:
    """Cut whole shapes into the tiles of a zoom."""
    scale = 1 << zoom
    low = np.floor(shapely.bounds(world[features])[:, :2] * scale - BUFFER).astype(np.int64)
    high = np.floor(shapely.bounds(world[features])[:, 2:] * scale + BUFFER).astype(np.int64)
    size = high - low + 1
    count = size[:, 0] * size[:, 1]
    owner = np.repeat(np.arange(len(features)), count)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    x = low[owner, 0] + within % size[owner, 0]
    y = low[owner, 1] + within // size[owner, 0]
    return _clipped(_Pieces(world[features][owner], features[owner], x, y), zoom)


def _quartered(above: _Pieces, zoom: int) -> _Pieces:
    """Cut the pieces of the zoom above into the four tiles below each."""
    four = np.tile(np.arange(4), len(above.shape))
    return _clipped(
        _Pieces(
            np.repeat(above.shape, 4),
            np.repeat(above.feature, 4),
            np.repeat(above.x * 2, 4) + four % 2,
            np.repeat(above.y * 2, 4) + four // 2,
        ),
        zoom,
    )


def _clipped(pieces: _Pieces, zoom: int) -> _Pieces:
    """Keep of every piece what lies in its tile and a little around it."""
    scale = 1.0 / (1 << zoom)
    west, east = (pieces.x - BUFFER) * scale, (pieces.x + 1 + BUFFER) * scale
    north, south = (pieces.y - BUFFER) * scale, (pieces.y + 1 + BUFFER) * scale
    x0, y0, x1, y1 = shapely.bounds(pieces.shape).T
    touches = (x1 >= west) & (x0 <= east) & (y1 >= north) & (y0 <= south)
    inside = (x0 >= west) & (x1 <= east) & (y0 >= north) & (y1 <= south)
    cut = np.flatnonzero(touches & ~inside)
    shape = pieces.shape.copy()
    box = shapely.box(west[cut], north[cut], east[cut], south[cut])
    shape[cut] = shapely.intersection(shapely.make_valid(shape[cut]), box)
    kept = touches & ~shapely.is_empty(shape)
    return _Pieces(shape[kept], pieces.feature[kept], pieces.x[kept], pieces.y[kept])


def _joined(first: _Pieces, second: _Pieces) -> _Pieces:
    return _Pieces(
        np.concatenate([first.shape, second.shape]),
        np.concatenate([first.feature, second.feature]),
        np.concatenate([first.x, second.x]),
        np.concatenate([first.y, second.y]),
    )


def _encode(
    layer: Layer,
    pieces: _Pieces,
    zoom: int,
    last_zoom: int,
    tiles: dict[tuple[int, int, int], list[bytes]],
) -> None:
    """Draw the pieces of one zoom in tile coordinates and append the layer to each tile."""
    parts, owner = _plain_parts(pieces.shape)
    if zoom < last_zoom:
        parts = shapely.simplify(parts, FINEST / (1 << zoom), preserve_topology=False)
    points = shapely.get_coordinates(parts)
    counts = shapely.get_num_coordinates(parts)
    corner = np.column_stack([pieces.x[owner], pieces.y[owner]])
    local = (points * (1 << zoom) - np.repeat(corner, counts, axis=0)) * EXTENT
    parts = shapely.set_coordinates(parts.copy(), local)
    order = np.lexsort((pieces.feature[owner], pieces.y[owner], pieces.x[owner]))
    rows: dict[tuple[int, int], list[tuple[int, int, bytes]]] = {}
    types = shapely.get_type_id(parts)
    kinds = np.array([KINDS.get(kind, 0) for kind in range(8)])[types]
    drawings = {kind: draw(_only(parts, kinds == kind), kind) for kind in (1, 2, 3)}
    for i in order.tolist():
        kind = int(kinds[i])
        commands = drawings[kind].of(i) if kind else b""
        if commands:
            piece = owner[i]
            place = (int(pieces.x[piece]), int(pieces.y[piece]))
            rows.setdefault(place, []).append((int(pieces.feature[piece]), kind, commands))
    for (x, y), features in rows.items():
        tiles.setdefault((zoom, x, y), []).append(
            layer_message(layer.name, layer.fields, features)
        )


def _only(shapes: Shapes, wanted: npt.NDArray[np.bool_]) -> Shapes:
    """Return the shapes, empty where they are not wanted."""
    chosen = np.full(len(shapes), None, dtype=object)
    chosen[wanted] = shapes[wanted]
    return chosen


def _plain_parts(shapes: Shapes) -> tuple[Shapes, Ints]:
    """Return what is left of shapes after cutting, collections taken apart."""
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    owner = np.arange(len(shapes))
    if not mixed.any():
        return shapes, owner
    loose, loose_owner = shapely.get_parts(shapes[mixed], return_index=True)
    return (
        np.concatenate([shapes[~mixed], loose]),
        np.concatenate([owner[~mixed], owner[mixed][loose_owner]]),
    )


def _header(bounds: npt.NDArray[np.float64], zooms: tuple[int, int]) -> dict[str, Any]:
    west, south, east, north = (round(float(edge) * 1e7) for edge in bounds)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_zoom": zooms[0],
        "max_zoom": zooms[1],
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": zooms[0],
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(layers: Sequence[Layer], zooms: tuple[int, int], name: str) -> dict[str, Any]:
    return {
        "name": name,
        "format": "pbf",
        "vector_layers": [
            {
                "id": layer.name,
                "minzoom": max(zooms[0], int(np.min(layer.from_zoom, initial=zooms[1]))),
                "maxzoom": zooms[1],
                "fields": {
                    key: "String" if isinstance(values[0], str) else "Number"
                    for key, values in layer.fields.items()
                    if len(values)
                },
            }
            for layer in layers
        ],
    }
