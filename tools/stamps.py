"""Remember by content what is up to date, so that a second run has nothing to do."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from tools.paths import ROOT, STAMPS

PASSED_OVER = frozenset({"node_modules", "__pycache__", "dist", ".vite"})


def fingerprint(paths: Iterable[Path], *facts: str) -> str:
    """Return one digest over files, folders with all they hold, and further facts."""
    digest = hashlib.sha256("\0".join(facts).encode())
    for path in sorted(set(_files(paths))):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_current(name: str, mark: str) -> bool:
    """Tell whether the step called `name` was last done for this very content."""
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == mark


def keep(name: str, mark: str) -> None:
    """Note that the step called `name` is done for this content."""
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(mark)


def forget() -> None:
    """Drop every note, so that each step is done again."""
    for stamp in STAMPS.glob("*.stamp"):
        stamp.unlink()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir() and path.name not in PASSED_OVER:
            yield from _files(path.iterdir())
