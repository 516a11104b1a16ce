"""Set up this checkout: `python -m tools.setup [run|dev]`; what is done costs nothing again."""

import fcntl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tools import environment, frontend, stamps
from tools.paths import LOCALE, PYTHON, ROOT, STAMPS, VENV
from tools.steps import say, step

ENGINES = ROOT / "yige" / "engines"


def set_up(kind: str) -> None:
    """Make everything ready that a run (`run`) or a developer (`dev`) needs."""
    began = time.monotonic()
    with _alone():
        environment.ensure(kind)
        frontend.ensure(kind)
        _compile_messages()
        _warm_engines()
    say(f"Set up in {time.monotonic() - began:.0f} s.")


@contextmanager
def _alone() -> Iterator[None]:
    """Let a second set-up in the same checkout wait for the first."""
    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  Another set-up is running here; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _compile_messages() -> None:
    catalogues = sorted(LOCALE.rglob("*.po"))
    mark = stamps.fingerprint(catalogues)
    compiled = all(path.with_suffix(".mo").exists() for path in catalogues)
    if compiled and stamps.is_current("messages.stamp", mark):
        return
    step("Compiling translations", [PYTHON, "-m", "tools.messages", "compile"])
    stamps.keep("messages.stamp", mark)


def _warm_engines() -> None:
    mark = stamps.fingerprint([ENGINES, VENV / "pyvenv.cfg"])
    if stamps.is_current("engines.stamp", mark):
        return
    step("Compiling the engines for this machine", [PYTHON, "-m", "yige.engines.division.warm"])
    stamps.keep("engines.stamp", mark)


if __name__ == "__main__":
    set_up(sys.argv[1] if len(sys.argv) > 1 else "run")
