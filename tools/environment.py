"""The virtual environment and the pinned requirements in it."""

import os
import shutil
import subprocess
import sys

from tools import stamps
from tools.paths import PYTHON, ROOT, VENV, site_packages
from tools.steps import step

OFFLINE = "Without a network the first run cannot install anything; later runs need none."
LAUNCHER = """#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -m yige.cli "$@"
"""


def ensure(kind: str) -> None:
    """Make .venv and install requirements/<kind>.txt, where that is not done yet.

    The developers' pins hold all that a run needs, so they serve for both.
    """
    if not _works():
        _make()
    _link()
    if any(stamps.is_current(*_stamp(held)) for held in {kind, "dev"}):
        return
    install(kind)
    stamps.keep(*_stamp(kind))


def install(kind: str) -> None:
    """Install what requirements/<kind>.txt pins, by hash only."""
    pins = ROOT / "requirements" / f"{kind}.txt"
    count = sum("==" in line for line in pins.read_text().splitlines())
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-deps",
        "-r",
        str(pins),
    ]
    step(
        f"Installing requirements/{kind}.txt ({count} pinned)",
        [*command, "--progress-bar", "off", "--no-warn-script-location"],
        env={"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_REQUIRE_VIRTUALENV": "0"},
        advice=OFFLINE,
    )


def _stamp(kind: str) -> tuple[str, str]:
    pins = ROOT / "requirements" / f"{kind}.txt"
    return f"requirements-{kind}.stamp", stamps.fingerprint([pins, VENV / "pyvenv.cfg"])


def _works() -> bool:
    if not PYTHON.exists():
        return False
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    answer = subprocess.run([PYTHON, "-c", question], capture_output=True, check=False)
    return answer.returncode == 0


def _make() -> None:
    stamps.forget()
    shutil.rmtree(VENV, ignore_errors=True)
    step("Making .venv", [sys.executable, "-m", "venv", VENV])


def _link() -> None:
    """Let the environment find the package, and give it the command `yige`."""
    # A relative path, so that the checkout may be moved with its .venv.
    up = os.path.relpath(ROOT, site_packages())
    (site_packages() / "yige.pth").write_text(f"{up}\n")
    launcher = VENV / "bin" / "yige"
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)
