"""What reading a survey gives: rows of units, what keeps rows out, and what to look at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from yige.kernel.errors import Invalid
from yige.kernel.results import Facts
from yige.territory.adjacency import Adjacency

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]
Outline: TypeAlias = shapely.Geometry | bytes | tuple[float, float, float, float]


class SurveyEmpty(Invalid):
    """The file has a header and nothing under it."""

    code = "territory.survey_empty"


@dataclass(frozen=True)
class RowError:
    """One thing that keeps a row out: where it stands, what stands there, and why not."""

    row: int
    column: str
    value: str
    code: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """Something about the survey a person should know; `rows` are source row numbers."""

    code: str
    facts: Facts
    rows: list[int] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class SurveyRows:
    """Units ready to be stored, column by column; places in CGCS2000, shapes as WKB."""

    number: list[int]
    code: list[str]
    community: list[str]
    compound: list[str]
    building: list[str]
    stairwell: list[str]
    firm: list[str]
    address: list[str]
    kind: list[str]
    households: Ints
    residents: Ints
    doors: Ints
    floors: Ints
    ages: Ints
    lon: Floats
    lat: Floats
    shapes: list[bytes | None]

    def __len__(self) -> int:
        return len(self.number)

    @property
    def has_places(self) -> bool:
        """Tell whether every unit has a place."""
        return bool(len(self)) and bool(np.isfinite(self.lon).all())

    def community_index(self) -> Ints:
        """Number the communities in the order of their codes."""
        return np.unique(self.community, return_inverse=True)[1].reshape(-1).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Survey:
    """What reading a survey gives: good rows, refused rows, and what to look at."""

    rows: SurveyRows
    errors: list[RowError]
    warnings: list[Notice]
    assumptions: list[Notice]
    left_out: list[int]
    codes_left_out: frozenset[str]
    adjacency: Adjacency | None

    @property
    def bad_rows(self) -> list[int]:
        """List the source rows that an error keeps out."""
        return sorted({error.row for error in self.errors})


def as_shapes(wkb: Sequence[bytes | None]) -> Shapes:
    """Turn WKB into shapes, keeping the gaps."""
    raw = np.empty(len(wkb), dtype=object)
    raw[:] = wkb
    return np.asarray(shapely.from_wkb(raw), dtype=object)


def as_outline(outline: Outline) -> shapely.Geometry:
    """Take an outline as shapely, WKB, or a box west, south, east, north."""
    if isinstance(outline, bytes):
        return shapely.from_wkb(outline)
    return shapely.box(*outline) if isinstance(outline, tuple) else outline
