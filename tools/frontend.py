"""Build the front end when its sources have changed, and run its own tests."""

from pathlib import Path

from tools import node, stamps
from tools.paths import BUILT, FRONTEND
from tools.steps import step

OFFLINE = "The packages of the front end come over the network at the first run only."


def ensure() -> None:
    """Install the front end's packages and build it, where that is not done yet."""
    packages = stamps.fingerprint(_lock())
    sources = stamps.fingerprint([FRONTEND])
    built = BUILT.is_dir() and any(BUILT.iterdir())
    if built and stamps.is_current("frontend-build.stamp", sources):
        return
    found = node.find()
    if not stamps.is_current("frontend-packages.stamp", packages) or not _has_packages():
        step(
            "Installing the front end's packages",
            [*found.npm, "ci", "--no-audit", "--no-fund"],
            where=FRONTEND,
            env=found.env,
            advice=OFFLINE,
        )
        stamps.keep("frontend-packages.stamp", packages)
    step("Building the front end", [*found.npm, "run", "build"], where=FRONTEND, env=found.env)
    stamps.keep("frontend-build.stamp", sources)


def _lock() -> list[Path]:
    return [FRONTEND / "package.json", FRONTEND / "package-lock.json", FRONTEND / ".npmrc"]


def _has_packages() -> bool:
    return (FRONTEND / "node_modules").is_dir()
