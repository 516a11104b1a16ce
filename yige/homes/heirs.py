"""Which grids of today took over what an ended one was, by households."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from yige.homes.pieces import in_pieces
from yige.territory import queries
from yige.territory.models import Succession

STEPS: Final = 50
"""Divisions that are followed one after the other."""


def heirs_of(grids: Iterable[str]) -> dict[str, dict[str, float]]:
    """Give for each grid the grids in force that it became, with shares of its households.

    A grid in force is its own heir; what leads to no grid in force has none.
    """
    found: dict[str, dict[str, float]] = {grid: {grid: 1.0} for grid in set(grids)}
    for _ in range(STEPS):
        ended = {code for shares in found.values() for code in shares if not _is_current(code)}
        if not ended:
            break
        later = _successors(ended)
        found = {grid: _passed_on(shares, ended, later) for grid, shares in found.items()}
    return {
        grid: {code: share for code, share in shares.items() if _is_current(code)}
        for grid, shares in found.items()
    }


def _passed_on(
    shares: Mapping[str, float], ended: set[str], later: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    summed: dict[str, float] = defaultdict(float)
    for code, share in shares.items():
        if code not in ended:
            summed[code] += share
        for heir, part in later.get(code, {}).items():
            summed[heir] += share * part
    return dict(summed)


def _successors(ended: Iterable[str]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for some in in_pieces(sorted(ended)):
        there = Succession.objects.filter(old_code__in=some)
        for old, new, share in there.values_list("old_code", "new_code", "share"):
            found[old][new] = share
    return found


def _is_current(code: str) -> bool:
    return queries.is_area(code) and queries.area(code).is_current
