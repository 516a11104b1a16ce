"""Count again at night."""

import logging

from yige.base.jobs import Work, job
from yige.insight import counters
from yige.kernel.results import Fact, Facts

log = logging.getLogger(__name__)
MOST_SHOWN = 100


@job("insight.recount", schedule="10 4 * * *")
def recount(work: Work) -> Facts:
    """Count all figures again from the journal, put right what drifted, and tell it."""
    position, drift = counters.recount()
    work.progress(1.0)
    if drift:
        log.error("%d counters had drifted", len(drift))
    shown: list[Fact] = [
        f"{day} {area} {category} {what}: {number:+d}"
        for (area, day, category, what), number in sorted(drift.items())[:MOST_SHOWN]
    ]
    return {"position": position, "drifted": len(drift), "first": shown}
