"""Make sheets: one for each building, with a line for each unit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max

from yige.base import rows
from yige.base.access import within
from yige.kernel.ids import new_id
from yige.surveying.models import Campaign, Line, Sheet
from yige.territory.models import Membership, Unit

_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Building:
    """What a sheet is made from: where the building lies, and its units."""

    community: str
    compound: str
    building: str
    area_code: str
    unit_code: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str, str]:
        """By what a building is known inside a city."""
        return self.community, self.compound, self.building


def sheets_of_known_buildings(campaign: Campaign, *, at: datetime) -> int:
    """Make a sheet for each building of a campaign's area; return how many."""
    there = within(campaign.area_code, field="community_code")
    units = Unit.objects.filter(there, valid_until=None).select_related("compound", "building")
    held = Membership.objects.filter(
        within(campaign.area_code, field="unit__community_code"), valid_until=None
    )
    grids = dict(held.values_list("unit_id", "grid__code"))
    found: dict[tuple[str, str, str], Building] = {}
    for unit in units.order_by("code"):
        compound = unit.compound.name if unit.compound else ""
        building = unit.building.name if unit.building else ""
        area = grids.get(unit.id, unit.community_code)
        new = Building(unit.community_code, compound, building, area, unit.code)
        found.setdefault(new.key, new).lines.append(_line(unit))
    return write_sheets(campaign, found.values(), at=at)


def write_sheets(campaign: Campaign, buildings: Iterable[Building], *, at: datetime) -> int:
    """Write new sheets of a campaign, numbered on, in the order one walks by; return how many."""
    last = Sheet.objects.filter(campaign=campaign).aggregate(Max("number"))["number__max"] or 0
    ordered = sorted(buildings, key=lambda each: [_in_order(part) for part in each.key])
    sheets, lines = [], []
    for number, each in enumerate(ordered, start=last + 1):
        sheet = {
            "id": new_id(),
            "campaign_id": campaign.id,
            "number": number,
            "compound": each.compound,
            "building": each.building,
            "unit_code": each.unit_code,
            "area_code": each.area_code,
            "state_at": at,
            "households_then": sum(line["households_then"] for line in each.lines),
        }
        sheets.append(sheet)
        in_order = sorted(each.lines, key=lambda line: _in_order(line["name"]))
        lines += [line | {"sheet_id": sheet["id"], "n": n}
                  for n, line in enumerate(in_order, start=1)]  # fmt: skip
    rows.insert(Sheet, sheets)
    rows.insert(Line, lines)
    return len(sheets)


def _line(unit: Unit) -> dict[str, Any]:
    return {
        "unit_code": unit.code,
        "name": unit.name,
        "firm": unit.firm,
        "floors": unit.floors,
        "lon": unit.lon,
        "lat": unit.lat,
        "households_then": unit.households,
        "residents_then": unit.residents,
        "doors_then": unit.doors,
    }


def _in_order(name: str) -> tuple[int, str]:
    """Put building 2 before building 10."""
    number = _DIGITS.search(name)
    return (int(number[0][:12]) if number else 0, name)
