"""What this room hears."""

from collections.abc import Sequence

from yige.base.listeners import Heard, listener
from yige.insight import counters


@listener(counters.LISTENER)
def count(heard: Sequence[Heard]) -> None:
    """Count what happened to cases.

    Its cursor moves in the same transaction, so that no event counts twice; the nightly recount
    would find it.
    """
    counters.add(counters.sums_of((event.kind, event.at, event.facts) for event in heard))
