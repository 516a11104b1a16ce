"""What this room puts into the frame of a page: names of areas, and the mode they stand in."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from yige.kernel import clock
from yige.territory import modes
from yige.territory.queries import city, name_of
from yige.web.shell.frame import Mode

WORDS: Final = {"response": _("Emergency response"), "exercise": _("Exercise")}
COLOURS: Final = {"I": "red", "II": "orange", "III": "yellow", "IV": "blue"}


def area_name(code: str) -> str:
    """Name the area that a post acts for."""
    return name_of(code)


def mode_of(area: str) -> Mode:
    """Say in which mode an area stands; a page without an area says it of the whole city."""
    whole = city()
    found = modes.mode_of(area or (whole.code if whole else ""), at=clock.now())
    if found.mode == modes.CALM:
        return Mode()
    return Mode(found.mode, WORDS.get(found.mode, found.mode), COLOURS.get(found.level, "red"))
