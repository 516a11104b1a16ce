"""The order in which grids are numbered: in a sweep from west to east, band by band southward."""

from collections.abc import Collection, Mapping, Sequence
from math import ceil, sqrt

from yige.kernel.codes import free_grid_serials

Middle = tuple[float, float]


def in_sweep(middles: Mapping[int, Middle]) -> list[int]:
    """Order labels by their middle (lon, lat): bands from north to south, in each west to east."""
    southward = sorted(middles, key=lambda label: (-middles[label][1], middles[label][0], label))
    if not southward:
        return []
    a_band = ceil(len(southward) / round(sqrt(len(southward))))
    bands = [southward[start : start + a_band] for start in range(0, len(southward), a_band)]
    return [
        label
        for band in bands
        for label in sorted(band, key=lambda label: (middles[label][0], -middles[label][1], label))
    ]


def numbered(
    labels: Sequence[int], middles: Mapping[int, Middle], *, taken: Collection[str], community: str
) -> dict[int, str]:
    """Give the new grids of a community their codes; a code that was ever taken is not reused."""
    codes = free_grid_serials(taken, len(labels), community=community)
    order = in_sweep({label: middles[label] for label in labels})
    return dict(zip(order, codes, strict=True))
