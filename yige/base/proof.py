"""Proof of the journal: its head is written outside the database each day, and the chain walked.

Whoever rewrites the whole journal with new seals leaves a chain that agrees with itself. It does
not agree with the heads that lie in `<home>/heads.txt`, a line a day, or wherever an operator
copies that file to.
"""

import logging
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from yige.base import journal
from yige.base.access import Actor, Role
from yige.base.commands import Call, command
from yige.base.fields import Body
from yige.base.jobs import Work, enqueue, job
from yige.base.models import Head, Job
from yige.kernel import clock
from yige.kernel.results import Facts

log = logging.getLogger(__name__)

VERIFY: Final = "base.verify_journal"
MOST_FLAWS: Final = 100


class Nothing(Body):
    """No more is to be said."""


def may_verify(actor: Actor, body: object = None) -> bool:
    """The proof is the audit administrator's."""
    return actor.holds(Role.AUDIT_ADMIN)


@command("base.verify_journal", may=may_verify)
def ask_to_verify(call: Call, body: Nothing) -> Job:
    """Have the whole journal walked now, by a job."""
    asked = enqueue(VERIFY, at=call.at, by=call.actor, id=call.id)
    call.tell("base.verification_asked", subject=asked.id)
    return asked


@job(VERIFY, schedule="30 2 * * *")
def verify_journal(work: Work) -> Facts:
    """Walk the chain every night, with the exported heads beside it."""
    verdict = journal.verify(known=known_heads())
    for flaw in verdict.flaws:
        log.error("the journal does not hold at %s: %s", flaw.position, flaw.what)
    flaws: list[Any] = [[flaw.position, flaw.what] for flaw in verdict.flaws[:MOST_FLAWS]]
    return {
        "entries": verdict.entries,
        "blanked": verdict.blanked,
        "seal": verdict.seal,
        "flaws": flaws,
        "flaw_count": len(verdict.flaws),
    }


@job("base.export_head", schedule="5 0 * * *")
def export_head(work: Work | None = None) -> Facts:
    """Write the head of this moment behind the others, unless it stands there already."""
    head = Head.objects.filter(id=1).first()
    if head is None or known_heads().get(head.position) == head.seal:
        return {}
    at = clock.now().astimezone(UTC).isoformat(timespec="seconds")
    with heads_path().open("a", encoding="utf-8") as file:
        file.write(f"{at} {head.position} {head.seal}\n")
    return {"position": head.position, "seal": head.seal}


def known_heads(path: Path | None = None) -> dict[int, str]:
    """Read exported heads: position and seal. A line that is none is left out."""
    path = path or heads_path()
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    parts = [line.split() for line in lines]
    return {int(each[1]): each[2] for each in parts if len(each) == 3 and each[1].isdigit()}


def heads_path() -> Path:
    """Return the file of exported heads."""
    return Path(settings.YIGE_HOME) / "heads.txt"
