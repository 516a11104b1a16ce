"""`make check`: everything quick that must hold before a commit."""

import subprocess
import sys
import time
from collections.abc import Sequence

from tools.paths import PYTHON, ROOT
from tools.setup import set_up
from tools.steps import say

SETTINGS = ("--settings", "tests.settings")
FAST = "not slow and not browser and not outside"
# lint-imports has no module to run, and a script in .venv/bin breaks when the folder is moved.
CONTRACTS = "from importlinter.cli import lint_imports_command as run; run()"
CHECKS: dict[str, Sequence[str]] = {
    "lint": ("-m", "ruff", "check", "--output-format=concise", "."),
    "format": ("-m", "ruff", "format", "--check", "."),
    "types": ("-m", "mypy"),
    "contracts": ("-c", CONTRACTS),
    "migrations": ("-m", "django", "makemigrations", "--check", "--dry-run", *SETTINGS),
    "messages": ("-m", "tools.messages", "check"),
    "tests": ("-m", "pytest", "-q", "-n", "2", "-m", FAST),
}


def main(*names: str) -> int:
    """Run the named checks, or all; print the output of those that fail."""
    set_up("dev")
    failed = [name for name in names or CHECKS if not _holds(name)]
    say(f"Failed: {', '.join(failed)}." if failed else "All is well.")
    return 1 if failed else 0


def _holds(name: str) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        [str(PYTHON), *CHECKS[name]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    took = time.monotonic() - began
    say(f"  {name}: {'holds' if done.returncode == 0 else 'FAILS'} ({took:.0f} s)")
    if done.returncode:
        say(done.stdout.decode(errors="replace"))
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
