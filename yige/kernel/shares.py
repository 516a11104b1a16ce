"""Share whole numbers out so that the parts add up and never outgrow what they are parts of."""

from collections.abc import Sequence
from heapq import heapify, heapreplace
from math import ceil


def share_out(number: int, shares: Sequence[float]) -> list[int]:
    """Divide a number by shares into whole parts that add up to it, by Webster's rule.

    Of two numbers the smaller never gets a larger part, so what was done in time stays below what
    was due in every area. Of equal claims the first comes first. Shares are at least 0, and not
    all 0.
    """
    if number < 0:
        return [-part for part in share_out(-number, shares)]
    whole = sum(shares)
    # Rounded halves down for a number this much smaller, the parts add up to no more than it.
    safe = max(0.0, number - len(shares)) / whole
    parts = [max(0, ceil(share * safe - 0.5)) for share in shares]
    waiting = [
        (-share / (2 * part + 1), place)
        for place, (share, part) in enumerate(zip(shares, parts, strict=True))
        if share > 0
    ]
    heapify(waiting)
    for _ in range(number - sum(parts)):
        place = waiting[0][1]
        parts[place] += 1
        heapreplace(waiting, (-shares[place] / (2 * parts[place] + 1), place))
    return parts
