"""Read a file of a campaign whole: what it would change, and every row that cannot be right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from json import loads
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from yige.base import files
from yige.base.access import within
from yige.base.jobs import canonical_or_text
from yige.base.tables.read import read_table
from yige.base.tables.shape import Limits
from yige.kernel.codes import Level
from yige.kernel.errors import Refusal
from yige.kernel.places import Datum, DatumMissing, to_storage
from yige.surveying.models import Campaign, Sheet, Upload
from yige.surveying.sheets import Building
from yige.surveying.upload_filled import Filled, filled_in
from yige.surveying.upload_rows import Rows, community_of
from yige.territory.models import Division
from yige.territory.survey_cells import degrees
from yige.territory.survey_found import RowError

SHOWN: Final = 500
"""Errors kept for the page; all of them are counted."""

Key = tuple[str, str, str]


@dataclass(slots=True)
class Read:
    """What a file would change: buildings to add, sheets handed in, or sums of a firm."""

    rows: int
    errors: list[RowError] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    filled: list[Filled] = field(default_factory=list)
    stated: dict[UUID, int] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        """How many sheets the file speaks of."""
        return len(self.buildings) + len(self.filled) + len(self.stated)


def noted(upload: Upload) -> dict[str, Any]:
    """Read a file and make the note of what is in it, or of why it cannot be read."""
    try:
        state, report = Upload.CHECKED, _report(read(upload))
    except Refusal as refusal:
        said = {"code": refusal.code, "facts": loads(canonical_or_text(refusal.facts))}
        state, report = Upload.REFUSED, {"refusal": said}
    return {"upload": str(upload.id), "state": state, "report": report}


def read(upload: Upload) -> Read:
    """Read a file as what it was brought in for."""
    limits = Limits(memory_bytes=settings.YIGE_MEMORY_MB << 20, rows=200_000)
    table = read_table(files.path_of(upload.file), limits=limits)
    rows = Rows(table, upload.kind)
    found = Read(len(rows))
    if upload.kind == Upload.BUILDINGS:
        found.buildings = _buildings(rows, upload)
    elif upload.kind == Upload.FIRM:
        found.stated = _stated(rows, upload.campaign)
    else:
        found.filled = filled_in(rows, upload.campaign)
    found.errors = rows.in_order()
    return found


def _report(found: Read) -> dict[str, Any]:
    return {
        "rows": found.rows,
        "sheets": found.taken,
        "households": sum(found.stated.values())
        + sum(count.households for filled in found.filled for count in filled.counts),
        "errors": [
            {"row": e.row, "column": e.column, "value": e.value, "code": e.code, "facts": e.facts}
            for e in found.errors[:SHOWN]
        ],
        "error_count": len(found.errors),
        "bad_rows": len({error.row for error in found.errors}),
    }


def _communities(campaign: Campaign) -> dict[str, str]:
    there = Division.objects.filter(within(campaign.area_code, field="code"),
                                    level=Level.COMMUNITY, valid_until=None)  # fmt: skip
    return dict(there.values_list("code", "name"))


def _key(rows: Rows, place: int, known: Mapping[str, str]) -> Key | None:
    """Read which building a row speaks of, or keep an error."""
    text = rows.text(place, "community")
    code = community_of(known, text)
    if code is None:
        rows.refuse(place, "community", "surveying.row_community_unknown")
        return None
    compound, building = rows.text(place, "compound"), rows.text(place, "building")
    if not compound and not building:
        rows.refuse(place, "building", "territory.row_value_missing")
        return None
    return code, compound, building


def _sheets_by_key(campaign: Campaign) -> dict[Key, Sheet]:
    return {(sheet.area_code[:12], sheet.compound, sheet.building): sheet
            for sheet in Sheet.objects.filter(campaign=campaign)}  # fmt: skip


def _stated(rows: Rows, campaign: Campaign) -> dict[UUID, int]:
    """Read how many households a property firm has in each building."""
    known, sheets = _communities(campaign), _sheets_by_key(campaign)
    first: dict[UUID, int] = {}
    found: dict[UUID, int] = {}
    for place in range(len(rows)):
        key = _key(rows, place, known)
        number = rows.count(place, "households", is_required=True)
        if key is None or place in rows.bad:
            continue
        sheet = sheets.get(key)
        if sheet is None:
            rows.refuse(place, "building", "surveying.row_building_unknown")
        elif sheet.id in first:
            rows.refuse(place, "building", "surveying.row_building_twice", first=first[sheet.id])
        else:
            first[sheet.id], found[sheet.id] = rows.number(place), number
    return found


def _buildings(rows: Rows, upload: Upload) -> list[Building]:
    """Read buildings that nobody knew, one row for each stairwell."""
    if not upload.datum:
        raise DatumMissing(known=[known.value for known in Datum])
    campaign = upload.campaign
    known, sheets = _communities(campaign), _sheets_by_key(campaign)
    found: dict[Key, Building] = {}
    first: dict[tuple[Key, str], int] = {}
    for place in range(len(rows)):
        key, name = _key(rows, place, known), rows.text(place, "stairwell")
        line = _line(rows, place, Datum(upload.datum)) | {"name": name}
        if key is None or place in rows.bad:
            continue
        if key in sheets:
            rows.refuse(place, "building", "surveying.row_building_known",
                        number=sheets[key].number)  # fmt: skip
        elif (key, name) in first:
            rows.refuse(place, "stairwell", "surveying.row_unit_twice", first=first[key, name])
        else:
            first[key, name] = rows.number(place)
            found.setdefault(key, Building(*key, area_code=key[0])).lines.append(line)
    return list(found.values())


def _line(rows: Rows, place: int, datum: Datum) -> dict[str, Any]:
    read_degrees = [degrees(rows.cell(place, key)) for key in ("lon", "lat")]
    lon, lat = read_degrees
    if lon is None or lat is None or abs(lat) > 90:
        rows.refuse(place, "lon" if lon is None else "lat", "territory.row_place_unreadable")
        lon, lat = 0.0, 0.0
    stored = to_storage(lon, lat, datum=datum)
    return {
        "unit_code": "",
        "firm": rows.text(place, "firm"),
        "floors": rows.count(place, "floors"),
        "doors_then": rows.count(place, "doors"),
        "lon": round(float(stored[0]), 7),
        "lat": round(float(stored[1]), 7),
        "households_then": 0,
        "residents_then": 0,
    }
