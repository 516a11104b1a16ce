"""Build the front end when its sources have changed, and run its own tests."""

from tools import node, stamps
from tools.paths import BUILT, FRONTEND
from tools.steps import step

BUILD, PACKAGES = "frontend-build.stamp", "frontend-packages.stamp"
OFFLINE = "The packages of the front end come over the network at the first run only."


def ensure(kind: str) -> None:
    """Build the front end where that is not done yet; a developer gets its packages as well."""
    sources = stamps.fingerprint([FRONTEND])
    is_built = stamps.is_current(BUILD, sources) and BUILT.is_dir() and any(BUILT.iterdir())
    if not is_built or kind == "dev":
        _install()
    if not is_built:
        found = node.find()
        command = [*found.npm, "run", "build"]
        step("Building the front end", command, where=FRONTEND, env=found.env)
        stamps.keep(BUILD, sources)


def _install() -> None:
    lock = [FRONTEND / "package.json", FRONTEND / "package-lock.json", FRONTEND / ".npmrc"]
    packages = stamps.fingerprint(lock)
    if stamps.is_current(PACKAGES, packages) and (FRONTEND / "node_modules").is_dir():
        return
    found = node.find()
    step(
        "Installing the front end's packages",
        [*found.npm, "ci", "--no-audit", "--no-fund"],
        where=FRONTEND,
        env=found.env,
        advice=OFFLINE,
    )
    stamps.keep(PACKAGES, packages)
