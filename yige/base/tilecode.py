"""Mapbox vector tiles as bytes: geometry commands for many shapes at once, and the messages.

Written from the published specification, version 2.1. Shapes come in whole tile coordinates,
x to the east and y to the south; rings are closed and turned as shapely turns them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

EXTENT = 4096
POINT, LINE, POLYGON = 1, 2, 3
MOVE, DRAW, CLOSE = 1, 2, 15

Ints = npt.NDArray[np.int64]
Value = str | int


@dataclass(frozen=True)
class Drawn:
    """The geometry of many shapes of one type: bytes of all, and where each one's end."""

    kind: int
    commands: bytes
    ends: Ints  # (n,) in `commands`; a shape that vanished ends where it starts

    def of(self, shape: int) -> bytes:
        start = int(self.ends[shape - 1]) if shape else 0
        return self.commands[start : int(self.ends[shape])]


def draw(shapes: npt.NDArray[Any], kind: int) -> Drawn:
    """Write the drawing commands of shapes that are all points, all lines or all polygons."""
    points, part, owner = _parts(shapes, kind)
    whole = np.round(points).astype(np.int64)
    kept = _without_repeats(whole, part, closed=kind == POLYGON)
    whole, part = whole[kept], part[kept]
    size = np.bincount(part, minlength=len(owner))
    enough = size >= (1, 2, 3)[kind - 1]
    kept = enough[part]
    whole, size, owner = whole[kept], size[enough], owner[enough]
    values, lengths = _commands(whole, size, owner, kind)
    data, ends = _varints(values)
    counted = np.bincount(owner, lengths, minlength=len(shapes)).astype(np.int64)
    last = np.concatenate([[0], ends])[np.cumsum(counted)]
    return Drawn(kind, data, last)


def _parts(shapes: npt.NDArray[Any], kind: int) -> tuple[npt.NDArray[np.float64], Ints, Ints]:
    """Return points, the part (ring, line or point) of each, and the shape of each part."""
    pieces, shape = shapely.get_parts(shapes, return_index=True)
    if kind == POLYGON:
        pieces = shapely.orient_polygons(pieces, exterior_cw=False)
        pieces, ring_of = shapely.get_rings(pieces, return_index=True)
        shape = shape[ring_of]
    points, part = shapely.get_coordinates(pieces, return_index=True)
    return points, part, shape


def _without_repeats(points: Ints, part: Ints, *, closed: bool) -> npt.NDArray[np.bool_]:
    """Say which points to keep: none that repeats the one before, no end of a closed ring."""
    kept = np.ones(len(points), dtype=bool)
    same_part = part[1:] == part[:-1]
    kept[1:] = ~(same_part & (points[1:] == points[:-1]).all(axis=1))
    if not closed:
        return kept
    starts = np.flatnonzero(np.concatenate([[True], ~same_part])) if len(part) else part
    begin = np.repeat(starts, np.diff(np.append(starts, len(part))))
    at_start = (points == points[begin]).all(axis=1) & (np.arange(len(part)) > begin)
    after = np.concatenate([same_part, [False]])
    kept &= ~(at_start & ~after)
    return kept


def _commands(points: Ints, size: Ints, owner: Ints, kind: int) -> tuple[Ints, Ints]:
    """Return all command integers and how many belong to each part."""
    lengths = np.where(size > 1, 2 + 2 * size, 3) + (kind == POLYGON)
    start = np.cumsum(lengths) - lengths
    first = np.cumsum(size) - size
    values = np.empty(int(lengths.sum()), dtype=np.int64)
    values[start] = MOVE | (1 << 3)
    drawn = size > 1
    values[start[drawn] + 3] = DRAW | ((size[drawn] - 1) << 3)
    if kind == POLYGON:
        values[start + lengths - 1] = CLOSE
    part = np.repeat(np.arange(len(size)), size)
    within = np.arange(len(points)) - first[part]
    place = start[part] + np.where(within == 0, 1, 2 + 2 * within)
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    opens = np.concatenate([[True], owner[1:] != owner[:-1]]) if len(owner) else owner
    fresh = first[opens.astype(bool)]
    steps[fresh] = points[fresh]
    zigzag = (steps << 1) ^ (steps >> 63)
    values[place], values[place + 1] = zigzag[:, 0], zigzag[:, 1]
    return values, lengths


def _varints(values: Ints) -> tuple[bytes, Ints]:
    """Write numbers seven bits a byte, low bits first; return the bytes and where each ends."""
    width = np.ones(len(values), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        width += values >= (1 << bits)
    ends = np.cumsum(width)
    out = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for byte in range(5):
        has = width > byte
        more = np.where(width[has] > byte + 1, 0x80, 0)
        out[ends[has] - width[has] + byte] = ((values[has] >> (7 * byte)) & 0x7F) | more
    return out.tobytes(), ends


def layer_message(
    name: str, fields: Mapping[str, Sequence[Value]], rows: Iterable[tuple[int, int, bytes]]
) -> bytes:
    """Write one layer of one tile: rows are feature, kind and drawing; fields are by feature."""
    values: dict[Value, int] = {}
    features: list[bytes] = []
    columns = [(varint(key), column) for key, column in enumerate(fields.values())]
    for feature, kind, commands in rows:
        tags = b"".join(
            key + varint(values.setdefault(column[feature], len(values)))
            for key, column in columns
            if column[feature] != ""
        )
        number, form = varint(feature + 1), varint(kind)
        drawing = varint(len(commands)) + commands
        body = b"".join((b"\x08", number, b"\x12", varint(len(tags)), tags, b"\x18", form,
                         b"\x22", drawing))  # fmt: skip
        features.append(_block(2, body))
    head = _field(15, 2) + _block(1, name.encode())
    keys = b"".join(_block(3, key.encode()) for key in fields)
    table = b"".join(_block(4, _value(value)) for value in values)
    return _block(3, head + b"".join(features) + keys + table + _field(5, EXTENT))


def _value(value: Value) -> bytes:
    if isinstance(value, str):
        return _block(1, value.encode())
    return _field(6, (value << 1) ^ (value >> 63))


def _field(number: int, value: int) -> bytes:
    return SHORT[number << 3] + varint(value)


def _block(number: int, data: bytes) -> bytes:
    return SHORT[number << 3 | 2] + varint(len(data)) + data


def _long_varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


SHORT = [_long_varint(value) for value in range(1 << 12)]
"""Nearly every number in a message is small, and there are millions of them."""


def varint(value: int) -> bytes:
    return SHORT[value] if value < len(SHORT) else _long_varint(value)
