"""Doors, a household map and contact cards around the grid that the demo's worker looks after.

The rest of the city has none yet: listing them is one button, and worth pressing.
"""

from datetime import datetime
from math import ceil
from typing import Any, Final

from yige.base import commands
from yige.base.access import SYSTEM, Role
from yige.demo.city import City
from yige.homes.models import Door, Stairwell
from yige.kernel.codes import Level, part
from yige.kernel.ids import new_id
from yige.people.holders import holders_within
from yige.territory.queries import UnitRow, units_of

LOOKED_AT: Final = 8
"""Stairwells in which somebody has noted how the doors stand."""
EVERY: Final = 7
"""Of so many doors one is let."""


def print_papers(city: City, *, at: datetime) -> None:
    """List the doors of one grid with how they stand, and order the cards of its community."""
    workers = holders_within(city.code, at=at, roles=(Role.GRID_WORKER,))
    grid = next(holder.area_code for holder in workers if holder.account)
    community = part(grid, Level.COMMUNITY)
    for unit in units_of(grid, at)[:LOOKED_AT]:
        _list_and_look(unit, community, at=at)
    _do("homes.make_doors", at=at, area=grid)
    _do("homes.order_prints", at=at, area=community, kind="cards")


def _list_and_look(unit: UnitRow, community: str, *, at: datetime) -> None:
    """List as many doors on each floor, and note the ones beyond the households as empty."""
    if not unit.floors or not unit.households:
        return
    per_floor = ceil(unit.households / unit.floors)
    _do("homes.make_doors", at=at, area=community, units=[unit.code], per_floor=per_floor)
    stairwell = Stairwell.objects.get(unit__code=unit.code)
    numbers = list(
        Door.objects.filter(stairwell=stairwell).order_by("floor", "id").values_list(
            "number", flat=True)
    )  # fmt: skip
    surplus = len(numbers) - unit.households
    if surplus:
        _do("homes.set_doors", at=at, unit=unit.code, state="empty", numbers=numbers[-surplus:])
    let = numbers[EVERY - 1 : unit.households : EVERY]
    if let:
        _do("homes.set_doors", at=at, unit=unit.code, state="let", numbers=let)


def _do(command: str, *, at: datetime, **body: Any) -> None:
    commands.run(command, body, id=new_id(), actor=SYSTEM, at=at)
