"""Area and unit codes (GB/T 2260 and its continuation to grids).

An area code nests by prefix: city 6 digits, town 9, community 12, grid 15. A unit code is its
community's 12 digits and a 6-digit serial: permanent, and therefore not nested in the grid.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from yige.kernel.errors import Invalid


class Level(StrEnum):
    """How far down an area lies."""

    CITY = "city"
    TOWN = "town"
    COMMUNITY = "community"
    GRID = "grid"


DIGITS: Final = {Level.CITY: 6, Level.TOWN: 9, Level.COMMUNITY: 12, Level.GRID: 15}
LEVELS: Final = {digits: level for level, digits in DIGITS.items()}
UPWARDS: Final = sorted(LEVELS, reverse=True)
UNIT_DIGITS: Final = 18
DEDICATED_FROM: Final = 901
"""Dedicated grids (park, market, campus) take their serials from here."""


class NotACode(Invalid):
    """The text is no area code: only 6, 9, 12 or 15 digits are."""

    code = "kernel.not_a_code"


class NoSerialLeft(Invalid):
    """A community has used up its grid serials: codes are never given twice."""

    code = "kernel.no_serial_left"


def level_of(code: str) -> Level:
    """Tell the level of an area code, or raise NotACode."""
    level = LEVELS.get(len(code))
    if level is None or not (code.isascii() and code.isdigit()):
        raise NotACode(value=code)
    return level


def part(code: str, level: Level) -> str:
    """Cut an area or unit code down to the area of a level that holds it ("" when it is above)."""
    digits = DIGITS[level]
    return code[:digits] if len(code) >= digits else ""


def parents(code: str) -> list[str]:
    """List the areas that hold a code, itself first, the city last."""
    return [code[:digits] for digits in UPWARDS if digits <= len(code)]


def is_within(code: str, area: str) -> bool:
    """Tell whether an area (or unit) lies in another, or is it. Nothing lies in no area."""
    return bool(area) and code.startswith(area)


def free_grid_serials(taken: Collection[str], number: int, *, community: str) -> list[str]:
    """Give the next codes for ordinary grids of a community; a code once taken is never reused.

    Raises NoSerialLeft when the community has no serial below 901 left.
    """
    last = max((int(code[12:]) for code in taken if int(code[12:]) < DEDICATED_FROM), default=0)
    if last + number >= DEDICATED_FROM:
        raise NoSerialLeft(community=community, wanted=number, last=last)
    return [f"{community}{serial:03d}" for serial in range(last + 1, last + number + 1)]
