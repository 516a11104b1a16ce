"""The one shape every file is read into."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True)
class Table:
    """Columns and rows of text as the source has them; `numbers[i]` is row i's place in it.

    Geometry is WKB in longitude and latitude; `crs` is what the file itself says it was in, None
    when it is silent. `rounded` names cells whose number had more digits than the file could
    hold; `too_wide` the rows with more cells than there are columns.
    """

    columns: list[str]
    rows: list[list[str]]
    numbers: list[int]
    kind: str
    geometry: list[bytes | None] | None = None
    crs: str | None = None
    part: str | None = None
    other_parts: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    rounded: frozenset[tuple[int, int]] = frozenset()
    too_wide: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[str]:
        """Give one column from top to bottom."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def kept(self, wanted: list[int]) -> Self:
        """Give the table with only some of its rows, by index."""
        new_place = {old: new for new, old in enumerate(wanted)}
        geometry = self.geometry
        return replace(
            self,
            rows=[self.rows[i] for i in wanted],
            numbers=[self.numbers[i] for i in wanted],
            geometry=None if geometry is None else [geometry[i] for i in wanted],
            rounded=frozenset((new_place[i], k) for i, k in self.rounded if i in new_place),
            too_wide=frozenset(new_place[i] for i in self.too_wide if i in new_place),
        )


@dataclass(frozen=True)
class Limits:
    """What one file may cost. The defaults hold a province's 485,000 units."""

    file_bytes: int = 256 << 20
    unpacked_bytes: int = 768 << 20
    unpack_ratio: int = 100
    members: int = 1_000
    rows: int = 1_000_000
    columns: int = 300
    cell_length: int = 32_767
    vertices: int = 20_000_000
    memory_bytes: int = 1536 << 20
    cpu_seconds: int = 120
    wall_seconds: int = 300

    @classmethod
    def of(cls, stored: Mapping[str, int]) -> Self:
        """Take limits back from the mapping they were sent as."""
        return cls(**stored)


@dataclass
class Head:
    """What a reader knows of a file before its first row."""

    columns: list[str]
    kind: str
    geometry: bool = False
    crs: str | None = None
    part: str | None = None
    other_parts: list[str] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None
