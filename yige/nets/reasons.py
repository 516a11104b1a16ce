"""What is wrong with a row of an old net's file, and what to do, in the reader's words."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yige.territory import findings

REASONS: Final[Mapping[str, tuple[Promise, Promise]]] = {
    "nets.row_cell_missing": (
        _("The row names no cell."),
        _("Give the cell's code in every row."),
    ),
    "nets.row_duty_missing": (
        _("Somebody is named, but no duty."),
        _("Say what the person does in the cell."),
    ),
    "nets.row_duty_twice": (
        _("Row {first} says the same duty of the same person in this cell."),
        _("Remove the row that came in twice."),
    ),
    "nets.row_name_differs": (
        _("Row {first} gives the same cell another name."),
        _("One code, one cell: correct the name or the code."),
    ),
    "nets.row_extent_differs": (
        _("Row {first} says that the same cell covers something else."),
        _("Say what a cell covers in one row and leave it empty in the others."),
    ),
    "nets.row_extent_missing": (
        _("Nothing says what this cell covers."),
        _("Give an outline, or units, buildings, compounds or communities, in one of its rows."),
    ),
    "nets.row_place_unknown": (
        _("Nothing in this area has this name or code."),
        _("Correct it as the survey writes it. Alike: {near}."),
    ),
    "nets.row_place_ambiguous": (
        _("{count} places of this area are called so."),
        _("Name the compound or the community beside it."),
    ),
    "nets.row_not_a_phone": (
        _("This is no telephone number."),
        _("Only the duty number belongs here: at most 15 digits, nothing else about a person."),
    ),
    "nets.row_no_such_account": (
        _("No account of this city has this user name."),
        _("Correct it, or leave it empty: then an office decides in the person's place."),
    ),
    "nets.row_not_an_outline": (
        _("A cell needs an outline; this is a {found}."),
        _("Draw the cell's border, or name its buildings."),
    ),
    "nets.row_not_in_degrees": (
        _("These coordinates are no longitudes and latitudes."),
        _("Save the layer in degrees, or in a format that says its projection."),
    ),
}


def in_words(code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Say a finding: what is wrong, and what to do."""
    if code not in REASONS:
        return findings.in_words(code, facts)
    shown = {name: _shown(fact) for name, fact in facts.items()}
    what, advice = REASONS[code]
    return str(what).format_map(shown), str(advice).format_map(shown)


def _shown(fact: Any) -> Any:
    if not isinstance(fact, list):
        return fact
    return gettext(", ").join(map(str, fact)) or "—"
