"""What Vite built: the files of an entry, read from its manifest."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

BUILT: Final = Path(__file__).parents[1] / "static" / "built"


class NotBuilt(LookupError):
    """The front end has not been built, or has no such entry (`make setup` builds it)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The files of one entry below the folder of built files, in the order they are wanted."""

    script: str
    styles: tuple[str, ...]
    needs: tuple[str, ...]


def entry_named(name: str, *, folder: Path = BUILT) -> Entry:
    """Find an entry by its name (`map`, `cases/desk`), or raise NotBuilt."""
    path = folder / "manifest.json"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError as lost:
        raise NotBuilt(f"{path} is missing") from lost
    entries = _entries(path, changed)
    if name not in entries:
        raise NotBuilt(f"no entry {name!r}; there are {', '.join(sorted(entries))}")
    return entries[name]


@lru_cache(maxsize=4)
def _entries(path: Path, _changed: int) -> dict[str, Entry]:
    manifest: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return {
        str(chunk["name"]): _entry(manifest, source)
        for source, chunk in manifest.items()
        if chunk.get("isEntry")
    }


def _entry(manifest: dict[str, dict[str, Any]], source: str) -> Entry:
    needed = _needed(manifest, source)
    styles = [style for chunk in (*needed, source) for style in manifest[chunk].get("css", ())]
    return Entry(
        script=str(manifest[source]["file"]),
        styles=tuple(dict.fromkeys(styles)),
        needs=tuple(str(manifest[chunk]["file"]) for chunk in needed),
    )


def _needed(manifest: dict[str, dict[str, Any]], source: str) -> list[str]:
    """List the chunks an entry imports, the deepest first, each once."""
    found: list[str] = []
    for chunk in manifest[source].get("imports", ()):
        for deeper in (*_needed(manifest, chunk), chunk):
            if deeper not in found:
                found.append(deeper)
    return found
