"""Everything that keeps a row of a file of doors out, in words: what is wrong, and what to do."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Final[dict[str, tuple[Promise, Promise]]] = {
    "homes.row_unit_missing": (
        _("This row does not say in which unit the door is."),
        _("Enter the unit's code, or its address as in the survey."),
    ),
    "homes.row_unit_unknown": (
        _("No unit of {area} has this code or address."),
        _("Correct it as in the survey, or bring the unit in by a survey first."),
    ),
    "homes.row_number_missing": (
        _("This door has no number."),
        _("Enter what stands on the door, such as 302."),
    ),
    "homes.row_number_too_long": (
        _("A door number has {most} characters at most; this has {length}."),
        _("Enter the number alone. Names do not belong in this file."),
    ),
    "homes.row_number_odd": (
        _("This is no door number: without a digit it has {most} signs at most."),
        _("Enter the number alone. Names do not belong in this file."),
    ),
    "homes.row_number_twice": (
        _("Row {first} names the same door."),
        _("Remove one of the two rows, or correct its number."),
    ),
    "homes.row_floor_odd": (
        _("This is no floor: whole numbers from −9 to {most} are, without 0."),
        _("Correct it, or leave it empty: 302 is on floor 3."),
    ),
    "homes.row_state_unknown": (
        _("This word is not known."),
        _("Write “lived in”, “empty” or “let”, or leave it empty."),
    ),
    "homes.row_control_character": (
        _("This cell holds an invisible control character (number {sign})."),
        _("Delete the cell's content and type it again."),
    ),
    "homes.row_too_many": (
        _("This unit has more than {most} doors by now."),
        _("See whether the rows belong to several units."),
    ),
}


def in_words(code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Say what is wrong with a row, and what to do."""
    what, advice = REASONS[code]
    return str(what).format_map(facts), str(advice).format_map(facts)
