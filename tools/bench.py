"""`make bench`: set up, then run the benchmarks one after the other."""

import os
import sys

from tools.paths import PYTHON, ROOT
from tools.setup import set_up


def main(*more: str) -> None:
    """Become `python -m benchmarks`; WRITE=1 keeps the table in the docs."""
    set_up("dev")
    os.chdir(ROOT)
    write = ["--write"] if os.environ.get("WRITE") else []
    os.execv(PYTHON, [str(PYTHON), "-m", "benchmarks", *write, *more])  # noqa: S606


if __name__ == "__main__":
    main(*sys.argv[1:])
