"""What this room hears.

The cursor moves in the transaction that adds the sums, so that no event counts twice; the nightly
recount would find it.
"""

from yige.base.listeners import summing_listener
from yige.insight import counters

summing_listener(counters.LISTENER, counters.COUNTERS)
