"""Reads vector tiles back, plainly and slowly, to check what was written."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmtiles.reader import MmapSource, Reader

Point = tuple[int, int]


@dataclass(frozen=True)
class Feature:
    kind: int  # 1 points, 2 lines, 3 polygons
    facts: dict[str, Any]
    parts: list[list[Point]]


def open_tiles(path: Path) -> tuple[Reader, Any]:
    """Return a reader and the open file it reads; close the file."""
    file = path.open("rb")
    return Reader(MmapSource(file)), file


def layers_at(reader: Reader, zoom: int, x: int, y: int) -> dict[str, list[Feature]]:
    """Return the features of each layer of a tile; nothing where there is no tile."""
    packed = reader.get(zoom, x, y)
    if packed is None:
        return {}
    return dict(_layer(body) for number, body in _fields(gzip.decompress(packed)) if number == 3)


def _layer(data: bytes) -> tuple[str, list[Feature]]:
    name, keys, values, bodies = "", [], [], []
    for number, body in _fields(data):
        if number == 1:
            name = body.decode()
        elif number == 2:
            bodies.append(body)
        elif number == 3:
            keys.append(body.decode())
        elif number == 4:
            values.append(_value(body))
    return name, [_feature(body, keys, values) for body in bodies]


def _feature(data: bytes, keys: list[str], values: list[Any]) -> Feature:
    found = dict(_fields(data))
    tags = list(_numbers(found.get(2, b"")))
    facts = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
    return Feature(found[3], facts, _parts(list(_numbers(found[4]))))


def _parts(numbers: list[int]) -> list[list[Point]]:
    parts: list[list[Point]] = []
    x = y = at = 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command == 7:
            parts[-1].append(parts[-1][0])
            continue
        for _ in range(count):
            x += (numbers[at] >> 1) ^ -(numbers[at] & 1)
            y += (numbers[at + 1] >> 1) ^ -(numbers[at + 1] & 1)
            at += 2
            if command == 1:
                parts.append([])
            parts[-1].append((x, y))
    return parts


def _value(data: bytes) -> Any:
    ((number, value),) = _fields(data)
    return value.decode() if number == 1 else (value >> 1) ^ -(value & 1)


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        value, at = _varint(data, at)
        if key & 7 == 2:
            yield key >> 3, data[at : at + value]
            at += value
        else:
            yield key >> 3, value


def _numbers(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at += 1
        if not data[at - 1] & 0x80:
            return value, at
        shift += 7
