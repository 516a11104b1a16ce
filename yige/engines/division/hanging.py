"""Units that cannot be parted: what hangs behind a single unit and is too small for a grid."""

from collections.abc import Iterator

from yige.engines.division.problem import Ints


def held_together(
    near: list[list[int]], piece: Ints, households: Ints, lower: int
) -> Iterator[tuple[int, int, int]]:
    """Yield each unit that must share its grid with what only it connects to the rest.

    A grid that reaches into a part with fewer than `lower` households behind a unit must hold
    that unit too. Yields the unit, the households of it and all such parts, and their units.
    """
    total = int(households[piece].sum())
    for unit, parts in _behind(near, piece, households):
        inside = sum(held for held, _units in parts)
        units = sum(many for _held, many in parts)
        ahead = total - inside - int(households[unit])
        small = [part for part in parts if part[0] < lower]
        if units + 1 < len(piece) and ahead < lower:
            small.append((ahead, len(piece) - units - 1))
        if small:
            yield (
                unit,
                int(households[unit]) + sum(held for held, _units in small),
                sum(many for _held, many in small),
            )


def _behind(
    near: list[list[int]], piece: Ints, households: Ints
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield every cut point with the parts below it in a depth-first walk (Hopcroft, Tarjan)."""
    allowed = set(piece.tolist())
    root = int(piece[0])
    found = {root: 0}
    low = {root: 0}
    held = {root: int(households[root])}
    size = {root: 1}
    parts: dict[int, list[tuple[int, int]]] = {root: []}
    trail = [(root, -1, iter(near[root]))]
    while trail:
        unit, above, others = trail[-1]
        for other in others:
            if other not in allowed or other == above:
                continue
            if other in found:
                low[unit] = min(low[unit], found[other])
                continue
            found[other] = low[other] = len(found)
            held[other], size[other], parts[other] = int(households[other]), 1, []
            trail.append((other, unit, iter(near[other])))
            break
        else:
            trail.pop()
            if above >= 0:
                low[above] = min(low[above], low[unit])
                held[above] += held[unit]
                size[above] += size[unit]
                if low[unit] >= found[above]:
                    parts[above].append((held[unit], size[unit]))
            if parts[unit]:
                yield unit, parts[unit]
