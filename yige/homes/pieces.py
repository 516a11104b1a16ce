"""Long lists in pieces that a query can take."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

T = TypeVar("T")
AT_ONCE: Final = 500


def in_pieces(items: Iterable[T]) -> Iterator[list[T]]:
    """Cut items into lists of at most `AT_ONCE`, in their order."""
    rest = iter(items)
    while piece := list(islice(rest, AT_ONCE)):
        yield piece
