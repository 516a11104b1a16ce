"""What the tests need from the system: PostgreSQL, Chromium, a Chinese font. Install or tell."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.steps import Stopped, say, step

LEAST_POSTGRES = 15
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Need:
    """A part of the system, the Debian packages that bring it, and what goes without it."""

    name: str
    found: Callable[[], bool]
    packages: tuple[str, ...]
    left_out: str


def postgres_bin() -> Path | None:
    """Return the folder of the newest PostgreSQL server programs that are new enough."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    new_enough = [(_postgres_version(path), path) for path in folders]
    best = max(new_enough, default=(0, None))
    return best[1] if best[0] >= LEAST_POSTGRES else None


def chromium() -> str | None:
    """Return the path of the system's Chromium."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def has_chinese_font() -> bool:
    """Tell whether pages in Chinese can be drawn."""
    return bool(_output("fc-list", ":lang=zh").strip())


NEEDS = (
    Need(
        f"PostgreSQL {LEAST_POSTGRES} or later",
        lambda: postgres_bin() is not None,
        ("postgresql",),
        "the suite on PostgreSQL",
    ),
    Need("Chromium", lambda: chromium() is not None, ("chromium",), "the browser tests"),
    Need(
        "Pango",
        lambda: all(map(find_library, ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"))),
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
        "the tests of printed cards",
    ),
    Need(
        "a Chinese font",
        has_chinese_font,
        ("fontconfig", "fonts-noto-cjk"),
        "the look of Chinese text in screenshots",
    ),
)


def provide(needs: Sequence[Need] = NEEDS) -> list[Need]:
    """Install what is missing if we may; return what is still missing, each told in a sentence."""
    missing = [need for need in needs if not need.found()]
    rights = _rights() if missing else None
    if rights is not None:
        _install([package for need in missing for package in need.packages], rights)
        missing = [need for need in missing if not need.found()]
    for need in missing:
        wanted = " ".join(need.packages)
        say(f"{need.name} is missing, so it goes without {need.left_out} (apt install {wanted}).")
    return missing


def _rights() -> list[str] | None:
    """Return what to put before apt-get so that it may install, or None if we may not."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and not subprocess.run(["sudo", "-n", "true"], check=False).returncode:
        return ["sudo", "-n"]
    return None


def _install(packages: list[str], rights: list[str]) -> None:
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    try:
        step("Asking Debian for its packages", [*apt, "update"])
        names = " ".join(packages)
        step(f"Installing {names}", [*apt, "install", "--no-install-recommends", *packages])
    except Stopped:
        say("  Debian's packages could not be installed.")


@cache
def _postgres_version(folder: Path) -> int:
    words = _output(str(folder / "postgres"), "--version").split()
    numbers = [word.split(".")[0] for word in words if word[0].isdigit()]
    return int(numbers[0]) if numbers else 0


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout
