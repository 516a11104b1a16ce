"""Turn the cells of a survey into values, keeping an error for each cell that has none."""

import difflib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np
import shapely

from yige.base.tables.shape import Table
from yige.kernel.places import Datum, DatumMissing, to_storage
from yige.kernel.results import Facts
from yige.territory.made_areas import called
from yige.territory.survey_cells import (
    KINDS,
    LONGEST,
    MOST,
    CellFault,
    crossing_of,
    degrees,
    kind_named,
    shape_from_text,
    sound_text,
    whole_number,
)
from yige.territory.survey_columns import AGE_BANDS, ColumnsMissing, SurveyMapping
from yige.territory.survey_found import (
    Floats,
    Ints,
    Notice,
    RowError,
    Shapes,
    SurveyRows,
    as_shapes,
)

SHOWN: Final = 60
_TEXTS: Final = (
    "code", "community", "compound", "building", "stairwell", "firm", "address", "kind",
)  # fmt: skip
_COUNTS: Final = ("households", "residents", "doors", "floors", *AGE_BANDS)
_OVERLAP: Final = 0.2


class Reader:
    """Reads a table column by column; a row with an error is not among the good ones."""

    def __init__(
        self,
        table: Table,
        columns: Mapping[str, int],
        mapping: SurveyMapping,
        *,
        repair: bool,
        needs_place: bool,
    ) -> None:
        self.table, self.columns, self.mapping = table, columns, mapping
        self.repair, self.needs_place = repair, needs_place
        self.errors: list[RowError] = []
        self.assumptions: list[Notice] = []
        self.notices: list[Notice] = []
        self.bad = np.zeros(len(table), bool)
        self.texts: dict[str, list[str]] = {}
        self.counts: dict[str, Ints] = {}
        self.lon = np.full(len(table), np.nan)
        self.lat = np.full(len(table), np.nan)
        self.raw_lon, self.raw_lat = self.lon, self.lat
        self.shapes: Shapes = np.full(len(table), None, dtype=object)

    def refuse(self, place: int, key: str, code: str, facts: Facts | None = None) -> None:
        """Keep an error for a cell."""
        value = self.cell(place, key)
        shown = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
        self.bad[place] = True
        self.errors.append(
            RowError(
                row=self.table.numbers[place],
                column=self.heading(key),
                value=shown.replace("\0", "␀"),
                code=code,
                facts=facts or {},
            )
        )

    def cell(self, place: int, key: str) -> str:
        if key in self.columns:
            return self.table.rows[place][self.columns[key]]
        return self.mapping.fixed.get(key, "")

    def heading(self, key: str) -> str:
        return self.table.columns[self.columns[key]] if key in self.columns else key

    def cells(self, key: str) -> list[str] | None:
        if key in self.columns:
            column = self.columns[key]
            return [row[column] for row in self.table.rows]
        if key in self.mapping.fixed:
            return [self.mapping.fixed[key]] * len(self.table)
        return None

    def take_texts(self) -> None:
        for key in _TEXTS:
            cells = self.cells(key)
            self.texts[key] = [""] * len(self.table) if cells is None else cells
            if cells is not None:
                self.texts[key] = [self._sound(i, key, cell) for i, cell in enumerate(cells)]
        for place in sorted(self.table.too_wide):
            self.refuse(place, "code", "territory.row_too_wide")
        self._check_codes()
        self._take_kinds()

    def _sound(self, place: int, key: str, cell: str) -> str:
        try:
            return sound_text(cell, LONGEST[key])
        except CellFault as fault:
            self.refuse(place, key, fault.code, fault.facts)
            return ""

    def _check_codes(self) -> None:
        first: dict[str, int] = {}
        column = self.columns.get("code", -1)
        for place, code in enumerate(self.texts["code"]):
            if (place, column) in self.table.rounded:
                self.refuse(place, "code", "territory.row_digits_lost")
            elif not code:
                if not self.bad[place]:
                    self.refuse(place, "code", "territory.row_value_missing")
            elif code in first:
                self.refuse(place, "code", "territory.row_code_twice", {"first": first[code]})
            else:
                first[code] = self.table.numbers[place]

    def _take_kinds(self) -> None:
        named = [kind_named(text) for text in self.texts["kind"]]
        strange = [i for i, kind in enumerate(named) if kind is None]
        if strange:
            kinds = sorted({self.texts["kind"][i] for i in strange})[:8]
            facts: Facts = {"count": len(strange), "kinds": list(kinds), "known": list(KINDS)}
            self.notices.append(
                Notice("territory.survey_kind_unknown", facts, self._numbers(strange))
            )
        self.texts["kind"] = [kind or "other" for kind in named]

    def take_communities(self, known: Mapping[str, str] | Collection[str] | None) -> None:
        by_name = _communities_by_name(known)
        taken = []
        for place, text in enumerate(self.texts["community"]):
            code = self._community_called(text, by_name) if by_name is not None else text
            if not text:
                if not self.bad[place]:
                    self.refuse(place, "community", "territory.row_value_missing")
            elif code is None:
                near = difflib.get_close_matches(text, list(by_name or ()), n=3, cutoff=0.7)
                self.refuse(
                    place, "community", "territory.row_community_unknown", {"near": list(near)}
                )
            else:
                self._check_code_within(place, code, by_name)
            taken.append(code or "")
        self.texts["community"] = taken
        if "community" in self.mapping.fixed:
            name = self.mapping.fixed["community"]
            self.assumptions.append(
                Notice("territory.survey_community_fixed", {"community": name})
            )

    def _community_called(self, text: str, by_name: Mapping[str, str]) -> str | None:
        """Find a community by its code or name, or by the name that a made city gives it."""
        made = self.mapping.make_city
        if made and made.community and text not in by_name:
            return by_name.get(called(made.community.name, text))
        return by_name.get(text)

    def _check_code_within(
        self, place: int, community: str, by_name: Mapping[str, str] | None
    ) -> None:
        """Tell of a unit of another community; what ended has left its codes to others."""
        code = self.texts["code"][place]
        official = len(code) == 18 and code.isdigit() and len(community) == 12
        is_other = not code.startswith(community) and (by_name is None or code[:12] in by_name)
        if official and is_other:
            self.refuse(place, "code", "territory.row_code_elsewhere", {"begins": code[:12]})

    def take_counts(self) -> None:
        for key in _COUNTS:
            cells = self.cells(key)
            values = np.zeros(len(self.table), np.int64)
            for place, cell in enumerate(cells or ()):
                values[place] = self._count(place, key, cell)
            self.counts[key] = values
        self._compare_ages()
        if self.cells("households") is None:
            self._assume_households()

    def _count(self, place: int, key: str, cell: str) -> int:
        try:
            number = whole_number(cell, most=MOST[key])
        except CellFault as fault:
            self.refuse(place, key, fault.code, fault.facts)
            return 0
        if number is None and key == "households":
            self.refuse(place, key, "territory.row_value_missing")
        return number or 0

    def _compare_ages(self) -> None:
        ages = np.sum([self.counts[band] for band in AGE_BANDS], axis=0)
        given = np.flatnonzero((ages > 0) & (self.counts["residents"] > 0))
        differ = given[ages[given] != self.counts["residents"][given]]
        if len(differ):
            facts: Facts = {"count": len(differ)}
            self.notices.append(
                Notice("territory.survey_ages_differ", facts, self._numbers(differ))
            )
        self.counts["residents"] = np.where(ages > 0, ages, self.counts["residents"])

    def _assume_households(self) -> None:
        ratio = self.mapping.people_per_household
        if ratio is None:
            raise ColumnsMissing(missing=["households"], found=self.table.columns[:40])
        people = self.counts["residents"]
        # An inhabited unit has a household, however few people are counted in it.
        households = np.maximum(np.floor(people / ratio + 0.5), people > 0).astype(np.int64)
        self.counts["households"] = households
        facts: Facts = {
            "ratio": ratio,
            "people": int(people.sum()),
            "households": int(households.sum()),
        }
        self.assumptions.append(Notice("territory.survey_people_per_household", facts))

    def take_places(self, datum: Datum | None) -> None:
        self._take_shapes()
        self._take_degrees()
        placed = np.isfinite(self.lon) | (self.shapes != None)  # noqa: E711 - elementwise
        if placed.any() and datum is None:
            raise DatumMissing(known=[known.value for known in Datum])
        self._mend_shapes()
        self._middle_of_shapes()
        self.raw_lon, self.raw_lat = self.lon, self.lat
        if datum is not None and placed.any():
            self.lon, self.lat = to_storage(self.lon, self.lat, datum=datum)
            moved = shapely.transform(
                self.shapes, lambda xy: np.column_stack(to_storage(*xy.T, datum=datum))
            )
            self.shapes = np.asarray(moved, dtype=object)
        self._check_overlaps()
        if self.needs_place:
            key = "lon" if "lon" in self.columns else "shape"
            for place in np.flatnonzero(~np.isfinite(self.lon) & ~self.bad):
                self.refuse(int(place), key, "territory.row_place_missing")

    def _take_shapes(self) -> None:
        if self.table.geometry is not None:
            self.shapes = as_shapes(self.table.geometry)
        cells = self.cells("shape")
        for place, cell in enumerate(cells or ()):
            if cell.strip() and self.shapes[place] is None:
                self.shapes[place] = shape_from_text(cell)
                if self.shapes[place] is None:
                    self.refuse(place, "shape", "territory.row_shape_unreadable")
        for place, shape in enumerate(self.shapes):
            if shape is not None and shape.geom_type not in ("Polygon", "MultiPolygon", "Point"):
                self.refuse(place, "shape", "territory.row_shape_kind", {"found": shape.geom_type})
                self.shapes[place] = None

    def _take_degrees(self) -> None:
        lon, lat = self.cells("lon"), self.cells("lat")
        if lon is None or lat is None:
            return
        for place, pair in enumerate(zip(lon, lat, strict=True)):
            if not any(cell.strip() for cell in pair):
                continue
            read = [degrees(cell) for cell in pair]
            for key, value in zip(("lon", "lat"), read, strict=True):
                if value is None:
                    self.refuse(place, key, "territory.row_place_unreadable")
            if None not in read:
                self._take_point(place, *read)

    def _take_point(self, place: int, lon: float | None, lat: float | None) -> None:
        if lon is None or lat is None:
            return
        if abs(lon) <= 180 and abs(lat) <= 90:
            self.lon[place], self.lat[place] = lon, lat
        elif abs(lat) <= 180 and abs(lon) <= 90:
            self.refuse(place, "lat", "territory.row_axes_swapped")
        else:
            self.refuse(place, "lon", "territory.row_place_unreadable")

    def _mend_shapes(self) -> None:
        invalid = np.flatnonzero(~shapely.is_valid(self.shapes)).tolist()
        crossed = [place for place in invalid if self.shapes[place] is not None]
        mended: list[int] = []
        for place in crossed:
            if self.repair:
                whole = shapely.make_valid(self.shapes[place])
                parts = [p for p in shapely.get_parts(whole) if p.geom_type.endswith("Polygon")]
                self.shapes[place] = shapely.union_all(parts) if parts else None
                mended.append(place)
                continue
            where = crossing_of(self.shapes[place])
            self.refuse(place, "shape", "territory.row_shape_crosses_itself", where)
            self.shapes[place] = None
        if mended:
            facts: Facts = {"count": len(mended)}
            self.notices.append(Notice("territory.survey_repaired", facts, self._numbers(mended)))

    def _middle_of_shapes(self) -> None:
        points = shapely.point_on_surface(self.shapes)
        has_shape = np.isfinite(shapely.get_x(points))
        self.lon = np.where(has_shape, shapely.get_x(points), self.lon)
        self.lat = np.where(has_shape, shapely.get_y(points), self.lat)
        flat = shapely.area(self.shapes) == 0
        self.shapes[flat] = None

    def _check_overlaps(self) -> None:
        """Refuse the later of two units of which one covers much of the other."""
        there = np.flatnonzero((self.shapes != None) & ~self.bad)  # noqa: E711 - elementwise
        shapes = self.shapes[there]
        a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        a, b = a[a < b], b[a < b]
        shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
        share = shared / np.minimum(shapely.area(shapes[a]), shapely.area(shapes[b]))
        for k in np.flatnonzero(share > _OVERLAP):
            first, second = int(there[a[k]]), int(there[b[k]])
            if self._one_building(first, second) or self.bad[second]:
                continue
            facts: Facts = {
                "other": self.table.numbers[first],
                "percent": min(100, round(float(share[k]) * 100)),
            }
            self.refuse(second, "shape", "territory.row_shape_overlaps", facts)

    def _one_building(self, a: int, b: int) -> bool:
        """Tell whether two units are stairwells of one building, drawn with its outline."""
        building = self.texts["building"]
        compound = self.texts["compound"]
        return bool(building[a]) and (building[a], compound[a]) == (building[b], compound[b])

    def _numbers(self, places: Sequence[int] | Ints) -> list[int]:
        return [self.table.numbers[int(place)] for place in places]

    def good_rows(self) -> SurveyRows:
        good = np.flatnonzero(~self.bad)
        texts = {key: [cells[i] for i in good] for key, cells in self.texts.items()}
        wkb = shapely.to_wkb(self.shapes[good])
        empty = np.flatnonzero(self.counts["households"][good] == 0)
        if len(empty):
            numbers = self._numbers(good[empty])
            self.notices.append(
                Notice("territory.survey_without_households", {"count": len(empty)}, numbers)
            )
        return SurveyRows(
            number=self._numbers(good),
            code=texts["code"],
            community=texts["community"],
            compound=texts["compound"],
            building=texts["building"],
            stairwell=texts["stairwell"],
            firm=texts["firm"],
            address=texts["address"],
            kind=texts["kind"],
            households=self.counts["households"][good],
            residents=self.counts["residents"][good],
            doors=self.counts["doors"][good],
            floors=self.counts["floors"][good],
            ages=np.column_stack([self.counts[band][good] for band in AGE_BANDS]),
            lon=self.lon[good],
            lat=self.lat[good],
            shapes=list(wkb),
        )

    def raw_places(self) -> tuple[Floats, Floats]:
        """Give the places of the good rows as the file wrote them, before any datum."""
        return self.raw_lon[~self.bad], self.raw_lat[~self.bad]


def _communities_by_name(
    known: Mapping[str, str] | Collection[str] | None,
) -> dict[str, str] | None:
    """Let a community be called by its code, or by its name where only one has it."""
    if known is None:
        return None
    by_name = {code: code for code in known}
    if isinstance(known, Mapping):
        once = Counter(known.values())
        by_name |= {name: code for code, name in known.items() if once[name] == 1}
    return by_name
