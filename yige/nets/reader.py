"""Read a file of an old net into cells with their duties, and find every row that cannot be so.

A row says a duty of a cell; further rows of the same cell say further duties, and may repeat what
the cell covers or leave it out. Nothing is stored here.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely

from yige.base.crypto import canonical, digest
from yige.base.tables.shape import Table
from yige.kernel.places import Datum, DatumMissing, to_storage
from yige.kernel.results import Facts
from yige.nets.columns import EXTENTS, LONGEST, LONGEST_DUTY, NAMES, found_columns
from yige.nets.overlay import Extent
from yige.nets.places import NotFound, Places
from yige.territory.survey_cells import CellFault, crossing_of, shape_from_text, sound_text
from yige.territory.survey_found import RowError, as_shapes

SHOWN: Final = 60
NOT_A_LIST: Final = 200_000
_BETWEEN: Final = re.compile(r"[、，,；;|\n]")
_BETWEEN_DUTIES: Final = re.compile(r"[；;|\n]")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]{1,18}")
LONGEST_NUMBER: Final = 15
"""Digits of the longest telephone number there is; a number of identity has eighteen."""

WhoIs = Callable[[str], UUID | None]


@dataclass(frozen=True, slots=True)
class FoundDuty:
    """A duty with who has it; `username` is the account with which the holder signs."""

    row: int
    name: str
    holder: str
    phone: str
    username: str


@dataclass(eq=False)
class FoundCell:
    """A cell as its rows say it."""

    code: str
    row: int
    name: str = ""
    extent: Extent = field(default_factory=Extent)
    has_extent_at: int | None = None
    rows: list[int] = field(default_factory=list)
    duties: list[FoundDuty] = field(default_factory=list)

    def as_text(self) -> str:
        """Say all of it, to tell whether two files say the same."""
        outline = self.extent.outline
        return canonical({
            "code": self.code,
            "name": self.name,
            "extent": self.extent.as_lists(),
            "outline": shapely.to_geojson(outline) if outline is not None else "",
            "duties": sorted([d.name, d.holder, d.phone, d.username] for d in self.duties),
        })  # fmt: skip


@dataclass(frozen=True, eq=False)
class Found:
    """What reading a file comes to."""

    cells: Sequence[FoundCell]
    errors: Sequence[RowError]

    @property
    def fingerprint(self) -> str:
        """What tells two nets apart that say different things."""
        return digest("\n".join(sorted(cell.as_text() for cell in self.cells)))

    @property
    def duties(self) -> int:
        """The number of duties."""
        return sum(len(cell.duties) for cell in self.cells)

    @property
    def bad_rows(self) -> list[int]:
        """The rows that an error keeps out."""
        return sorted({error.row for error in self.errors})


def read_net(
    table: Table,
    places: Places,
    usernames: Collection[str] = (),
    *,
    datum: Datum | None,
    without: Collection[int] = (),
) -> Found:
    """Read a file's cells and duties; `without` are rows that somebody agreed to leave out.

    Whoever leaves out all rows that are listed as wrong is told of no further ones. Raises
    ColumnsMissing, ColumnTwice, and DatumMissing where there are outlines.
    """
    columns = found_columns(table.columns, has_shapes=table.geometry is not None)
    gone = set(without)
    kept = table.kept([place for place, row in enumerate(table.numbers) if row not in gone])
    reader = _Reader(kept, columns, places, frozenset(usernames), datum)
    for place in range(len(kept)):
        reader.take(place)
    reader.check_extents()
    wrong = {error.row for error in reader.errors}
    for cell in reader.cells.values():
        cell.duties = [duty for duty in cell.duties if duty.row not in wrong]
        cell.rows = [row for row in cell.rows if row not in wrong]
    return Found(
        [cell for cell in reader.cells.values() if cell.rows],
        sorted(reader.errors, key=lambda error: (error.row, error.column)),
    )


class _Reader:
    """Takes row after row; a row with an error says nothing of its cell."""

    def __init__(
        self, table: Table, columns: Mapping[str, int], places: Places,
        usernames: frozenset[str], datum: Datum | None,
    ) -> None:  # fmt: skip
        self.table, self.columns, self.places = table, columns, places
        self.usernames = usernames
        self.cells: dict[str, FoundCell] = {}
        self.errors: list[RowError] = []
        self.shapes = self._shapes(datum)

    def take(self, place: int) -> None:
        """Take one row in."""
        before = len(self.errors)
        texts = {key: self._text(place, key) for key in LONGEST}
        if place in self.table.too_wide:
            self._refuse(place, "cell", "territory.row_too_wide")
        if (place, self.columns["cell"]) in self.table.rounded:
            self._refuse(place, "cell", "territory.row_digits_lost")
        elif not texts["cell"]:
            self._refuse(place, "cell", "nets.row_cell_missing")
        extent = self._extent(place)
        duties = self._duties(place, texts)
        cell = self.cells.get(texts["cell"])
        if cell is not None:
            self._compare(place, cell, texts, extent, duties)
        if len(self.errors) == before:
            self._add(place, texts, extent, duties)
        elif cell is None and texts["cell"]:
            # Later rows of the cell are still read; without an extent they are listed too.
            self.cells[texts["cell"]] = FoundCell(texts["cell"], self.table.numbers[place])

    def check_extents(self) -> None:
        """Refuse what is left of cells that say nowhere what they cover."""
        wrong = {error.row for error in self.errors}
        place = {row: place for place, row in enumerate(self.table.numbers)}
        for cell in self.cells.values():
            staying = [row for row in cell.rows if row not in wrong]
            for row in staying if cell.has_extent_at is None else ():
                self._refuse(place[row], "shape", "nets.row_extent_missing")

    def _add(
        self, place: int, texts: Mapping[str, str], extent: Extent, duties: Sequence[FoundDuty]
    ) -> None:
        number = self.table.numbers[place]
        cell = self.cells.setdefault(texts["cell"], FoundCell(texts["cell"], number))
        cell.name = cell.name or texts["name"]
        cell.rows.append(number)
        cell.duties.extend(duties)
        if cell.has_extent_at is None and not extent.is_empty:
            cell.extent, cell.has_extent_at = extent, number

    def _compare(
        self, place: int, cell: FoundCell, texts: Mapping[str, str], extent: Extent,
        duties: Sequence[FoundDuty],
    ) -> None:  # fmt: skip
        """Refuse a row that says something else of its cell than an earlier one, or the same."""
        if texts["name"] and cell.name and texts["name"] != cell.name:
            self._refuse(place, "name", "nets.row_name_differs", first=cell.row)
        if cell.has_extent_at is not None and not extent.is_empty and _differ(extent, cell.extent):
            first = cell.has_extent_at
            self._refuse(place, self._extent_key(place), "nets.row_extent_differs", first=first)
        known = {(duty.name, duty.holder): duty.row for duty in cell.duties}
        for duty in duties:
            if (duty.name, duty.holder) in known:
                first = known[duty.name, duty.holder]
                self._refuse(place, "duty", "nets.row_duty_twice", first=first)

    def _duties(self, place: int, texts: Mapping[str, str]) -> list[FoundDuty]:
        raw = self._cell(place, "duty")
        names = [" ".join(name.split()) for name in _BETWEEN_DUTIES.split(raw) if name.strip()]
        phone = unicodedata.normalize("NFKC", texts["phone"])
        if phone and not _is_phone(phone):
            self._refuse(place, "phone", "nets.row_not_a_phone")
        if texts["username"] and texts["username"] not in self.usernames:
            self._refuse(place, "username", "nets.row_no_such_account")
        if texts["holder"] and not names:
            self._refuse(place, "duty", "nets.row_duty_missing")
        for name in names:
            if len(name) > LONGEST_DUTY:
                self._refuse(place, "duty", "territory.row_text_too_long", length=len(name),
                             most=LONGEST_DUTY)  # fmt: skip
        row = self.table.numbers[place]
        return [
            FoundDuty(row, name, texts["holder"], phone, texts["username"])
            for name in dict.fromkeys(names)
        ]

    def _extent(self, place: int) -> Extent:
        said = {key: _listed(self._cell(place, key)) for key in EXTENTS}
        try:
            listed = self.places.extent(said)
        except NotFound as missing:
            self._refuse(place, missing.key, missing.code, value=missing.value, **missing.facts)
            return Extent()
        shape = self.shapes[place]
        if shape is None:
            return listed
        # An outline says where; the names beside it only say in which community that is.
        return Extent(units=listed.units, outline=shape)

    def _shapes(self, datum: Datum | None) -> Any:
        """Read every row's outline, refuse what is none, and bring them into the stored datum."""
        shapes = np.full(len(self.table), None, dtype=object)
        if self.table.geometry is not None:
            shapes = as_shapes(self.table.geometry)
        for place in range(len(self.table)):
            text = self._cell(place, "shape").strip()
            if text and shapes[place] is None:
                shapes[place] = shape_from_text(text)
                if shapes[place] is None:
                    self._refuse(place, "shape", "territory.row_shape_unreadable")
            shapes[place] = self._sound(place, shapes[place])
        if not any(shape is not None for shape in shapes):
            return shapes
        if datum is None:
            raise DatumMissing(known=[known.value for known in Datum])
        moved = shapely.transform(
            shapes, lambda xy: np.column_stack(to_storage(*xy.T, datum=datum))
        )
        return np.asarray(moved, dtype=object)

    def _sound(self, place: int, shape: shapely.Geometry | None) -> shapely.Geometry | None:
        if shape is None or shape.is_empty:
            return None
        if shape.geom_type not in ("Polygon", "MultiPolygon"):
            self._refuse(place, "shape", "nets.row_not_an_outline", found=shape.geom_type)
            return None
        if not shape.is_valid:
            where: dict[str, Any] = {**crossing_of(shape)}
            self._refuse(place, "shape", "territory.row_shape_crosses_itself", **where)
            return None
        west, south, east, north = shape.bounds
        if west < -180 or east > 180 or south < -90 or north > 90:
            self._refuse(place, "shape", "nets.row_not_in_degrees")
            return None
        return shape

    def _text(self, place: int, key: str) -> str:
        try:
            return sound_text(self._cell(place, key), LONGEST[key])
        except CellFault as fault:
            told: dict[str, Any] = {**fault.facts}
            self._refuse(place, key, fault.code, **told)
            return ""

    def _cell(self, place: int, key: str) -> str:
        return self.table.rows[place][self.columns[key]] if key in self.columns else ""

    def _extent_key(self, place: int) -> str:
        return next((key for key in ("shape", *EXTENTS) if self._cell(place, key)), "shape")

    def _refuse(
        self, place: int, key: str, code: str, *, value: str | None = None, **facts: Any
    ) -> None:
        shown = self._cell(place, key) if value is None else value
        shown = shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"
        heading = self.table.columns[self.columns[key]] if key in self.columns else NAMES[key][0]
        said: Facts = facts
        row = self.table.numbers[place]
        self.errors.append(RowError(row, heading, shown.replace("\0", "␀"), code, said))


def _listed(cell: str) -> list[str]:
    names = (" ".join(name.split()) for name in _BETWEEN.split(cell[:NOT_A_LIST]))
    return list(dict.fromkeys(name for name in names if name))


def _is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text)) and sum(map(str.isdigit, text)) <= LONGEST_NUMBER


def _differ(one: Extent, other: Extent) -> bool:
    if (one.outline is None) != (other.outline is None):
        return True
    if one.outline is not None and not one.outline.equals(other.outline):
        return True
    return one.as_lists() != other.as_lists()
