"""Run one step of a long task and show in short lines how far it is."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event, Thread

from tools.paths import ROOT, STAMPS

LOG = STAMPS / "setup.log"
BEAT_SECONDS = 10
LAST_LINES = 40


class Stopped(SystemExit):
    """A step failed; what to do about it has been printed."""


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    print(line, flush=True)


def stop(*lines: str) -> Stopped:
    """Print why there is no going on, and return what to raise."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)
    return Stopped(1)


def step(
    title: str,
    command: Sequence[str | Path],
    *,
    where: Path = ROOT,
    env: Mapping[str, str] | None = None,
    advice: str = "",
) -> None:
    """Run a command, its output kept in the log; raise `Stopped` if it fails."""
    STAMPS.mkdir(exist_ok=True)
    say(f"  {title} …")
    began = time.monotonic()
    with LOG.open("ab") as log:
        log.write(f"\n== {title}\n".encode())
        log.flush()
        start = log.tell()
        done = Event()
        Thread(target=_beat, args=(title, began, done), daemon=True).start()
        try:
            result = subprocess.run(
                [str(part) for part in command],
                cwd=where,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        except OSError as error:
            raise stop(f"  {title} could not start: {error}") from error
        finally:
            done.set()
    took = time.monotonic() - began
    if result.returncode:
        raise stop(*_last_lines(start), f"  {title} failed after {took:.0f} s.", advice)
    say(f"  {title}: {took:.0f} s")


def _beat(title: str, began: float, done: Event) -> None:
    while not done.wait(BEAT_SECONDS):
        say(f"  {title} … {time.monotonic() - began:.0f} s")


def _last_lines(start: int) -> list[str]:
    with LOG.open("rb") as log:
        log.seek(start)
        return log.read().decode(errors="replace").splitlines()[-LAST_LINES:]
