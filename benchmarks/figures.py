"""What a benchmark hands back: one ratio against a reference measured in the same run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEADINGS = ("what", "measured", "reference", "ratio", "goal")


@dataclass(frozen=True)
class Figure:
    """A ratio that says the same on a fast and on a slow machine.

    `measured` and `reference` are the two values with their units, as text: they belong to the
    machine and the day. `ratio` is the first by the second.
    """

    what: str
    measured: str
    reference: str
    ratio: float
    goal: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the figure as the cells of a table."""
        return (self.what, self.measured, self.reference, f"{self.ratio:.3g}", self.goal)


def table(figures: Iterable[Figure]) -> str:
    """Return figures as a Markdown table that also reads well in a terminal."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([lines[0], _line(["-" * width for width in widths], widths), *lines[1:]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
