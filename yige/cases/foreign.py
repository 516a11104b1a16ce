"""Turn a table of another city's cases into past cases, and say what was wrong with its rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from yige.base.access import Actor, Role
from yige.base.tables.shape import Table
from yige.cases.errors import MappingWrong
from yige.cases.intake import Report
from yige.cases.mapping import CaseMapping
from yige.cases.past import PastCase, PastStep
from yige.kernel.ids import new_id
from yige.kernel.places import datum_named, to_storage
from yige.territory.locate import Located, locate_many
from yige.territory.made_areas import MadeAreas

SHOWN: Final = 20
A_SECOND: Final = timedelta(seconds=1)
LEFT_OUT: Final = frozenset({"opening_unreadable", "number_repeated", "does_not_fit"})
"""What leaves a row out whatever the mapping says: without these it is no case of its own."""


@dataclass
class Finding:
    """One kind of dirt: how many rows, the first of them, and what was done with them."""

    kind: str
    rule: str
    count: int = 0
    rows: list[int] = field(default_factory=list)


@dataclass
class Foreign:
    """What a table holds: cases in the order of their reports, areas to make, and findings."""

    cases: list[PastCase]
    areas: list[dict[str, Any]]
    findings: dict[str, Finding]
    read: int

    @property
    def left_out(self) -> int:
        """How many rows became no case."""
        return self.read - len(self.cases)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: Mapping[str, str]


class Reader:
    """Reads one table by one mapping."""

    def __init__(self, table: Table, mapping: CaseMapping, *, city: str) -> None:
        self.table, self.mapping, self.city = table, mapping, city
        self.zone = ZoneInfo(mapping.time_zone)
        self.findings: dict[str, Finding] = {}
        self.seen: set[str] = set()
        self.unmapped: Counter[str] = Counter()
        self.desk = Actor(role=Role.PLATFORM, area=city)
        self._refuse_what_is_missing()
        self.areas = MadeAreas(table, city, mapping.make_city)

    def read(self) -> Foreign:
        """Read every row."""
        rows = [row for row in self._rows() if self._is_one(row)]
        places = self._places(rows)
        cases = [self._case(row, place) for row, place in zip(rows, places, strict=True)]
        found = sorted((case for case in cases if case), key=lambda case: case.at)
        return Foreign(found, self.areas.made, self.findings, len(self.table))

    def _rows(self) -> Iterator[_Row]:
        for number, cells in zip(self.table.numbers, self.table.rows, strict=True):
            yield _Row(number, dict(zip(self.table.columns, cells, strict=False)))

    def _is_one(self, row: _Row) -> bool:
        names = self.mapping.columns
        if self._time(row.cells.get(names.opened, "")) is None:
            return self._found("opening_unreadable", row)
        own = row.cells.get(names.id, "")
        if own and own in self.seen:
            return self._found("number_repeated", row)
        self.seen.add(own)
        return True

    def _case(self, row: _Row, place: Located | None) -> PastCase | None:
        names, opened = self.mapping.columns, self._time(row.cells[self.mapping.columns.opened])
        assert opened is not None  # noqa: S101 - rows without are left out before
        closed, is_closed = self._closed(row, opened)
        if is_closed is None:
            return None
        if names.due and not row.cells.get(names.due):
            self._found("no_due", row)
        report = self._report(row)
        if report is None:
            return None
        case, steps = new_id(), []
        if is_closed:
            steps = self._steps(row, closed)
        return PastCase(report, opened, self.desk, steps, case, place)

    def _closed(self, row: _Row, opened: datetime) -> tuple[datetime, bool | None]:
        """Return when a case ended and whether it did; None leaves the row out."""
        names, dirt = self.mapping.columns, self.mapping.dirt
        said = self._time(row.cells.get(names.closed, "")) if names.closed else None
        is_closed = said is not None
        if names.status:
            is_closed = row.cells.get(names.status, "") in self.mapping.closed_when
        if is_closed and said is None:
            kept = self._found("closed_without_time", row, dirt.closed_without_time)
            return opened + A_SECOND, True if kept else None
        if is_closed and said is not None and said < opened:
            kept = self._found("closed_before_opened", row, dirt.closed_before_opened)
            return opened + A_SECOND, True if kept else None
        return said or opened, is_closed

    def _report(self, row: _Row) -> dict[str, Any] | None:
        names, mapping = self.mapping.columns, self.mapping
        said = [row.cells.get(name, "") for name in names.text]
        text = " · ".join(dict.fromkeys(word for word in said if word))
        if not text and not self._found("no_text", row, mapping.dirt.no_text):
            return None
        word = row.cells.get(names.source, "")
        place = {"address": " ".join(row.cells.get(name, "") for name in names.address).strip()}
        lon, lat = self._point(row)
        if lon is not None:
            place |= {"lon": lon, "lat": lat}  # type: ignore[dict-item]
        report = {
            "text": text or mapping.name,
            "category": self._category(row),
            "source": mapping.sources.map.get(word, mapping.sources.fallback),
            "place": place,
        }
        return report if self._fits(report, row) else None

    def _fits(self, report: dict[str, Any], row: _Row) -> bool:
        """Leave out what no report can hold: a NUL, too many signs, no such source."""
        try:
            Report.model_validate(report)
        except ValidationError:
            return self._found("does_not_fit", row)
        return True

    def _steps(self, row: _Row, closed: datetime) -> list[PastStep]:
        """Say how the case ended: settled and closed, declined, or void."""
        word = row.cells.get(self.mapping.columns.ending, "")
        end = self.mapping.endings.map.get(word, self.mapping.endings.fallback)
        steps = [PastStep(end, closed, self.desk, {"text": word or end})]
        if end == "settle":
            steps.append(PastStep("close", closed + A_SECOND, self.desk))
        return steps

    def _category(self, row: _Row) -> str:
        word = row.cells.get(self.mapping.columns.category, "")
        known = self.mapping.categories.map.get(word)
        if known is None:
            self.unmapped[word] += 1
            self._found("category_by_fallback", row)
        return known or self.mapping.categories.fallback

    def _point(self, row: _Row) -> tuple[float | None, float | None]:
        names = self.mapping.columns
        try:
            lon, lat = float(row.cells[names.lon]), float(row.cells[names.lat])
        except (KeyError, ValueError):
            return None, None
        if (lon, lat) in self.mapping.dirt.default_points:
            return None, None
        east, north = to_storage(lon, lat, datum=datum_named(self.mapping.datum))
        return float(east), float(north)

    def _places(self, rows: list[_Row]) -> list[Located | None]:
        """Find where each row lies: by its districts if areas are made of them, else by point."""
        for row in rows:
            self._note_place(row)
        if self.mapping.make_city:
            return [self._in_district(row) for row in rows]
        points = [(n, *self._point(row)) for n, row in enumerate(rows)]
        known = [(n, lon, lat) for n, lon, lat in points if lon is not None and lat is not None]
        found = locate_many([lon for _, lon, _ in known], [lat for _, _, lat in known])
        places: list[Located | None] = [None] * len(rows)
        for (number, *_), unit, area in zip(known, found.unit_code, found.area_code, strict=True):
            places[number] = Located(str(unit), str(area), "point")
        return places

    def _in_district(self, row: _Row) -> Located:
        code, is_named = self.areas.of(row.cells)
        if not is_named:
            self._found("no_district", row, "held by the city")
        return Located("", code, "area" if is_named else "city")

    def _note_place(self, row: _Row) -> None:
        names = self.mapping.columns
        if not names.lon:
            return
        try:
            point = float(row.cells[names.lon]), float(row.cells[names.lat])
        except (KeyError, ValueError):
            self._found("no_point", row)
            return
        if point in self.mapping.dirt.default_points:
            self._found("default_point", row, "point dropped")

    def _time(self, text: str) -> datetime | None:
        try:
            local = datetime.strptime(text.strip(), self.mapping.time_format)  # noqa: DTZ007
        except ValueError:
            return None
        return local.replace(tzinfo=self.zone)

    def _found(self, kind: str, row: _Row, rule: str = "") -> bool:
        """Note a finding; tell whether its row stays."""
        rule = rule or ("leave_out" if kind in LEFT_OUT else "keep")
        finding = self.findings.setdefault(kind, Finding(kind, rule))
        finding.count += 1
        if len(finding.rows) < SHOWN:
            finding.rows.append(row.number)
        return rule != "leave_out"

    def _refuse_what_is_missing(self) -> None:
        said = self.mapping.columns.model_dump()
        wanted = [
            n for value in said.values() for n in ([value] if isinstance(value, str) else value)
        ]
        made = self.mapping.make_city
        wanted += [part.column for part in (made.town, made.community) if part] if made else []
        missing = sorted({name for name in wanted if name} - set(self.table.columns))
        if missing:
            raise MappingWrong(faults=[f"the table has no column {name}" for name in missing])
