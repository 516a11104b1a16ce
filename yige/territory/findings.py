"""What was found in a file, in the reader's words: what is wrong, and what to do."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yige.territory import queries
from yige.territory.survey_reasons import REASONS

MORE: Final[dict[str, tuple[Promise, Promise]]] = {
    "territory.row_not_a_code": (
        _("This is no division code: 6, 9 or 12 digits are."),
        _("Enter the code as text, with all its digits."),
    ),
    "territory.row_no_date": (
        _("This is no date."),
        _("Write it as 2026-06-01."),
    ),
    "territory.row_day_to_come": (
        _("This day is still to come."),
        _("Import the change on the day from which it holds; today is {today}."),
    ),
    "territory.row_name_missing": (
        _("This area has no name."),
        _("Enter its official name."),
    ),
    "territory.row_other_community": (
        _("Unit {unit} is known already, in community {community}."),
        _("A unit does not change its community. Correct the community, or give a new code."),
    ),
}
LONGEST_LIST: Final = 8
DATUMS: Final = {"cgcs2000": "CGCS2000", "wgs84": "WGS 84", "gcj02": "GCJ-02", "bd09": "BD-09"}


def in_words(code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Say a finding: what is wrong, and what to do."""
    what, advice = MORE[code] if code in MORE else REASONS[code]
    shown = {name: _shown(_named(name, fact)) for name, fact in facts.items()}
    return str(what).format_map(shown), str(advice).format_map(shown)


def _named(name: str, fact: Any) -> Any:
    """Call communities and datums by their names, as far as they are going to be shown."""
    if name in ("declared", "likely"):
        return DATUMS.get(str(fact), fact)
    if name != "communities" or not isinstance(fact, list):
        return fact
    first = fact[:LONGEST_LIST]
    names = queries.names_of(first)
    return [names[code] for code in first] + fact[LONGEST_LIST:]


def _shown(fact: Any) -> Any:
    if not isinstance(fact, list):
        return fact
    words = [str(each) for each in fact[:LONGEST_LIST]]
    return gettext(", ").join(words) + ("…" if len(fact) > LONGEST_LIST else "")
