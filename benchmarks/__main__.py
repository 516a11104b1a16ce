"""`python -m benchmarks [--write] [NAME …]`: run every module here that has a `run()`.

`run()` returns figures: ratios against a named reference of the same run. With `--write` the
table in docs/reference/figures.md is replaced.
"""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure, table

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "reference" / "figures.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"


def main(*words: str) -> int:
    """Run the benchmarks named, or all; return 1 if one could not be run."""
    write = "--write" in words
    names = [word for word in words if word != "--write"]
    if unknown := sorted(set(names) - set(_names())):
        print(f"{__doc__}\nNot known: {', '.join(unknown)}. Known: {', '.join(sorted(_names()))}.")
        return 1
    with tempfile.TemporaryDirectory(prefix="yige-bench-") as home:
        os.environ["YIGE_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yige.config.settings")
        figures = [figure for name in names or sorted(_names()) for figure in _run(name)]
    text = f"{table(figures)}\n\n{_machine()}"
    print(f"\n{text}")
    if write:
        _keep(text)
    return 0 if figures else 1


def _names() -> Iterator[str]:
    for path in HERE.glob("*.py"):
        if not path.name.startswith("_") and "\ndef run(" in path.read_text("utf-8"):
            yield path.stem


def _run(name: str) -> list[Figure]:
    began = time.monotonic()
    print(f"  {name} …", flush=True)
    figures: list[Figure] = list(import_module(f"benchmarks.{name}").run())
    print(f"  {name}: {time.monotonic() - began:.0f} s", flush=True)
    return figures


def _machine() -> str:
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {platform.machine()}, Python {platform.python_version()}."


def _keep(text: str) -> None:
    page = PAGE.read_text("utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")
    print(f"\nWritten to {PAGE.name}.")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
