"""`make test`: the whole suite on SQLite and on PostgreSQL, and the front end's own tests."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tools import node
from tools.cluster import cluster
from tools.paths import FRONTEND, PYTHON, ROOT
from tools.setup import set_up
from tools.steps import say
from tools.system import Need, chromium, postgres_bin, provide

WORKERS = "2"
PATIENCE_SECONDS = 15
SUMMARY = re.compile(r"^=+ .*\b(passed|failed|error|errors|no tests ran|skipped)\b.* =+$")


@dataclass(frozen=True)
class Part:
    """One part of the suite that has been run: how it ended, in one line."""

    name: str
    passed: bool
    line: str


def main(*chosen: str) -> int:
    """Run every part, tell how each ended, and return 0 only if nothing failed or was left out."""
    # A run in the background is born deaf to Ctrl-C, and so would be all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    began = time.monotonic()
    missing = provide()
    set_up("dev")
    parts = [run() for run in _parts(chosen)]
    say("")
    for part in parts:
        say(f"{part.name}: {'passed' if part.passed else 'FAILED'}\n{part.line}")
    say(f"The whole suite took {time.monotonic() - began:.0f} s.")
    return _verdict(parts, missing)


def _parts(chosen: Sequence[str]) -> list[Callable[[], Part]]:
    parts = [_on_sqlite(chosen)]
    if programs := postgres_bin():
        parts.append(lambda: _on_postgres(programs, chosen))
    if not chosen:
        parts.append(_front_end)
    return parts


def _on_sqlite(chosen: Sequence[str]) -> Callable[[], Part]:
    browser = [] if chromium() else ["-m", "not browser"]
    return lambda: _pytest("SQLite", {"YIGE_DATABASE": "sqlite"}, [*browser, *chosen])


def _on_postgres(programs: Path, chosen: Sequence[str]) -> Part:
    browser = [] if chromium() else ["-m", "not browser"]
    with cluster(programs) as address:
        return _pytest("PostgreSQL", {"YIGE_DATABASE": address}, [*browser, *chosen])


def _pytest(name: str, env: dict[str, str], more: Sequence[str]) -> Part:
    say(f"\nThe suite on {name}:")
    command = [str(PYTHON), "-m", "pytest", "-n", WORKERS, *more]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**_own_environment(), **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as running:
        last = "no summary"
        try:
            for line in running.stdout or ():
                sys.stdout.write(line)
                sys.stdout.flush()
                if SUMMARY.match(line.strip()):
                    last = line.strip()
        except SystemExit:
            _end(running, signal.SIGINT)
            raise
        except KeyboardInterrupt:
            # From a terminal Ctrl-C has reached pytest too, and once is enough.
            _end(running, 0)
            raise
    return Part(name, running.returncode == 0, last)


def _end(running: subprocess.Popen[str], first: int) -> None:
    """Let pytest end in order; after a while, let it end anyhow."""
    for number in (first, signal.SIGTERM, signal.SIGKILL):
        running.send_signal(number)
        try:
            running.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def _own_environment() -> dict[str, str]:
    """Return the environment without what a developer may have set for another run."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}


def _front_end() -> Part:
    say("\nThe front end's tests:")
    found = node.find()
    env = {**os.environ, **found.env}
    done = subprocess.run([*found.npm, "test"], cwd=FRONTEND, env=env, check=False)
    return Part("Front end", done.returncode == 0, f"npm test returned {done.returncode}")


def _verdict(parts: Sequence[Part], missing: Sequence[Need]) -> int:
    for need in missing:
        say(f"Left out: {need.left_out}, for want of {need.name}.")
    if missing and os.environ.get("CI"):
        say("Where CI is set, anything left out is a failure.")
        return 1
    return 0 if all(part.passed for part in parts) else 1


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
