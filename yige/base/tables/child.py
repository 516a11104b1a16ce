"""The reading process: takes its limits upon itself, reads one file, leaves rows or a refusal.

Run as `python -m yige.base.tables.child FOLDER`, where FOLDER holds `job.json`. It knows no
database and no secret, and whatever kills it kills nothing else.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from yige.base.tables.errors import FileTooHeavy
from yige.base.tables.kinds import read_any
from yige.base.tables.shape import Limits
from yige.base.tables.sink import Sink
from yige.kernel.errors import Refusal

JOB = "job.json"
REFUSAL = "refusal.json"


def main(folder: Path) -> int:
    """Do the job in the folder; 0 means rows, 3 a refusal, anything else an accident."""
    job: dict[str, Any] = json.loads((folder / JOB).read_text("utf-8"))
    limits = Limits.of(job["limits"])
    _bind(limits)
    try:
        with Sink(folder, limits) as sink:
            read_any(Path(job["path"]), sink, part=job["part"], folder=folder)
    except MemoryError:
        return _refuse(folder, FileTooHeavy(limit="memory_bytes", allowed=limits.memory_bytes))
    except Refusal as refusal:
        return _refuse(folder, refusal)
    return 0


def _bind(limits: Limits) -> None:
    written = limits.unpacked_bytes * 4
    for what, amount in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (amount, amount))


def _refuse(folder: Path, refusal: Refusal) -> int:
    text = json.dumps({"code": refusal.code, "facts": refusal.facts})
    (folder / REFUSAL).write_text(text, "utf-8")
    return 3


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
