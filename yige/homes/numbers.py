"""Door numbers made from floors: floor 3, door 2 is 302. No database in here."""

from collections.abc import Iterator
from math import ceil
from typing import Final, NamedTuple

MOST: Final = 2_000
"""Doors of one unit: more is a slip of the pen."""
FLOORS: Final = 200


class Numbered(NamedTuple):
    """A door by its floor and number."""

    floor: int
    number: str


def made(*, floors: int, total: int) -> list[Numbered]:
    """Number so many doors over so many floors, from below; the top floors take what is left.

    Where there are no floors, as in a village, doors are numbered through from 1.
    """
    if floors < 1:
        return [Numbered(1, str(place)) for place in range(1, total + 1)]
    return list(_by_floors(floors, total))


def _by_floors(floors: int, total: int) -> Iterator[Numbered]:
    """Spread doors evenly: never more than one door of difference between two floors."""
    width = max(2, len(str(ceil(total / floors))))
    each, more = divmod(total, floors)
    for floor in range(1, floors + 1):
        for place in range(1, each + (floor <= more) + 1):
            yield Numbered(floor, f"{floor}{place:0{width}d}")
