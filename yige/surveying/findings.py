"""What was found in a sheet or a file, in the reader's words: what is wrong, and what to do."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yige.territory import findings as territory

REASONS: Final[dict[str, tuple[Promise, Promise]]] = {
    "surveying.firm_differs": (
        _("Counted {counted} households; the property firm's list has {stated}."),
        _("Ask the firm which doors differ, then say why the count is right or return the sheet."),
    ),
    "surveying.unit_doubled": (
        _("This stairwell stands on the sheet {times} times."),
        _("Return the sheet, or say which of them is meant."),
    ),
    "surveying.door_doubled": (
        _("Door {door} was given {times} times; it counts once."),
        _("Look whether another door was meant; the household of that door may be missing."),
    ),
    "surveying.unit_gone": (
        _("The unit is said to be gone; {then} households were known in it."),
        _("Look at it, or ask the community, before its households are set to 0."),
    ),
    "surveying.unit_found": (
        _("Nobody knew this unit before."),
        _("Look whether it is really there and not another name of a known one."),
    ),
    "surveying.households_over_doors": (
        _("{households} households, but only {doors} doors where somebody lives."),
        _("Two households behind one door need a word; otherwise correct one of the numbers."),
    ),
    "surveying.doors_not_counted": (
        _("No door was counted; {then} are known."),
        _("Have the doors counted, or say that what is known still holds."),
    ),
    "surveying.doors_differ": (
        _("{doors} doors were counted; {then} are known."),
        _("Doors that were joined or divided need a word; otherwise count again."),
    ),
    "surveying.ages_differ": (
        _("The age bands add up to {ages}; the residents are {residents}."),
        _("Correct the one that is wrong."),
    ),
    "surveying.households_over_residents": (
        _("{households} households with only {residents} residents."),
        _("Each household has somebody in it: correct one of the numbers."),
    ),
    "surveying.residents_without_household": (
        _("{residents} residents, but no household."),
        _("Count the household, or say what the residents live in."),
    ),
    "surveying.changed_much": (
        _("{now} households were counted; {then} were known."),
        _("A change of more than a quarter needs a word: moved in, moved out, or counted wrong."),
    ),
    "surveying.row_vintage_missing": (
        _("The row does not say as of which day it counts."),
        _("Fill the day in, or take the sheet that this campaign hands out."),
    ),
    "surveying.row_vintage_wrong": (
        _("The row counts as of another day; this campaign counts as of {wanted}."),
        _("It is probably an older file. Count again for this campaign."),
    ),
    "surveying.row_unit_unknown": (
        _("No unit of this campaign has this code."),
        _("Look at the code; a unit that nobody knew has no code and is named by its stairwell."),
    ),
    "surveying.row_sheet_unknown": (
        _("This campaign has no sheet with this number."),
        _("Look at the number on the sheet."),
    ),
    "surveying.row_sheet_differs": (
        _("The unit stands on sheet {number}."),
        _("Correct the number of the sheet or the code of the unit."),
    ),
    "surveying.row_sheet_checked": (
        _("Sheet {number} has been checked already."),
        _("Return it first if it is to be counted again."),
    ),
    "surveying.row_sheet_incomplete": (
        _("Sheet {number} lacks {count} units: {missing}."),
        _("A sheet is taken over whole. Add the rows, with 0 where nobody lives."),
    ),
    "surveying.row_unit_unclear": (
        _("It cannot be told which unit of sheet {number} is meant."),
        _("Give the code of the unit, or the name of its stairwell."),
    ),
    "surveying.row_unit_twice": (
        _("Row {first} speaks of the same unit already."),
        _("Keep one of the two rows, or name the door in each."),
    ),
    "surveying.row_community_unknown": (
        _("No community of this campaign's area has this code or name."),
        _("Correct it, or enter the community first."),
    ),
    "surveying.row_building_unknown": (
        _("No sheet of this campaign is about this building."),
        _("Write compound and building as they stand on the sheet."),
    ),
    "surveying.row_building_known": (
        _("This building is on sheet {number} already."),
        _("Leave the row out; a unit that was found is added when the sheet is counted."),
    ),
    "surveying.row_building_twice": (
        _("Row {first} speaks of the same building already."),
        _("Keep one of the two rows."),
    ),
}
LONGEST_LIST: Final = 8


def in_words(code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Say a finding: what is wrong, and what to do."""
    if code not in REASONS:
        return territory.in_words(code, facts)
    what, advice = REASONS[code]
    shown = {name: _shown(fact) for name, fact in facts.items()}
    return str(what).format_map(shown), str(advice).format_map(shown)


def _shown(fact: Any) -> Any:
    if not isinstance(fact, list):
        return fact
    words = [str(each) for each in fact[:LONGEST_LIST]]
    return gettext(", ").join(words) + ("…" if len(fact) > LONGEST_LIST else "")
