"""Read a file in a child process that may die of it."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from yige.base.tables.errors import (
    FileMissing,
    FileTooHeavy,
    ReaderFailed,
    refusal_from,
)
from yige.base.tables.shape import Limits, Table
from yige.base.tables.sink import END, ROWS, SHAPES
from yige.kernel.errors import Refusal

_SOURCES = str(Path(__file__).resolve().parents[3])
_DONE, _REFUSED = 0, 3
_OUT_OF_CPU = (-signal.SIGXCPU, -signal.SIGKILL)


def read_table(path: Path, *, limits: Limits | None = None, part: str | None = None) -> Table:
    """Read a spreadsheet, delimited text, GeoJSON, GeoPackage or shapefile, also packed.

    `part` is the sheet, layer or file in the archive; without it the first that has rows.
    Raises one of the refusals of `errors.py`; the caller's process never pays for a bad file.
    """
    limits = limits or Limits()
    path = Path(path)
    if not path.is_file():
        raise FileMissing(path=path.name)
    with tempfile.TemporaryDirectory(prefix="yige-table-") as name:
        folder = Path(name)
        _run(path.resolve(), folder, limits, part)
        return _collected(folder)


def _run(path: Path, folder: Path, limits: Limits, part: str | None) -> None:
    job = {"path": str(path), "part": part, "limits": dataclasses.asdict(limits)}
    (folder / "job.json").write_text(json.dumps(job), "utf-8")
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": _SOURCES,
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "RUST_BACKTRACE": "0",
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own module, arguments are paths of ours
            [sys.executable, "-P", "-m", "yige.base.tables.child", str(folder)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise FileTooHeavy(limit="wall_seconds", allowed=limits.wall_seconds) from slow
    if done.returncode != _DONE:
        raise _why(done.returncode, done.stderr, folder, limits)


def _why(code: int, errors: bytes, folder: Path, limits: Limits) -> Refusal:
    refusal = folder / "refusal.json"
    if code == _REFUSED and refusal.is_file():
        told = json.loads(refusal.read_text("utf-8"))
        return refusal_from(told["code"], told["facts"])
    if code in _OUT_OF_CPU:
        return FileTooHeavy(limit="cpu_seconds", allowed=limits.cpu_seconds)
    if code < 0 or b"MemoryError" in errors or b"memory allocation" in errors:
        return FileTooHeavy(limit="memory_bytes", allowed=limits.memory_bytes)
    return ReaderFailed(reason=errors.decode("utf-8", "replace").strip()[-400:])


def _collected(folder: Path) -> Table:
    rows: list[list[str]] = []
    numbers: list[int] = []
    shapes: list[bytes | None] = []
    rounded: set[tuple[int, int]] = set()
    too_wide: set[int] = set()
    with (folder / ROWS).open(encoding="utf-8") as lines, (folder / SHAPES).open("rb") as wkb:
        head: dict[str, Any] = json.loads(lines.readline() or "null") or {}
        for line in lines:
            first, *rest = json.loads(line)
            if first == END:
                break
            size, wide, lost, cells = rest
            here = len(rows)
            rows.append(cells)
            numbers.append(first)
            shapes.append(_taken(wkb, size))
            rounded.update((here, column) for column in lost)
            if wide:
                too_wide.add(here)
        else:
            raise ReaderFailed(reason="the reader broke off")
    has_shapes = head.pop("geometry")
    return Table(
        **{**head, "other_parts": tuple(head["other_parts"])},
        rows=rows,
        numbers=numbers,
        geometry=shapes if has_shapes else None,
        rounded=frozenset(rounded),
        too_wide=frozenset(too_wide),
    )


def _taken(wkb: BinaryIO, size: int) -> bytes | None:
    return None if size < 0 else wkb.read(size)
