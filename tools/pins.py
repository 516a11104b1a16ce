"""`make pins`: pin every requirement again, with hashes and without any package host."""

import sys

from tools.paths import PYTHON, ROOT
from tools.setup import set_up
from tools.steps import step

KINDS = ("run", "dev", "node")
PLAINLY = ("--no-header", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "-q")


def main(*more: str) -> None:
    """Write requirements/*.txt from *.in; `--upgrade` takes the newest releases."""
    set_up("dev")
    for kind in KINDS:
        source, pins = (ROOT / "requirements" / f"{kind}.{end}" for end in ("in", "txt"))
        # What runs is also what is tested: the developers' pins keep to those of a run.
        held = ["-c", "requirements/run.txt"] if kind == "dev" else []
        command = [
            str(PYTHON),
            "-m",
            "uv",
            "pip",
            "compile",
            str(source),
            "-o",
            str(pins),
            *held,
            *more,
        ]
        step(
            f"Pinning requirements/{kind}.in",
            [*command, "--universal", "--python-version", "3.11", "--generate-hashes", *PLAINLY],
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
