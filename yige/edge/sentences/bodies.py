"""What is wrong with a field of a body, by pydantic's type of the fault."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NUMBER = _("Please give a number, for example 12 or 3.5.")
_WHOLE = _("Please give a whole number, for example 12.")
_TEXT = _("Please give a text.")
_SIGNS = _("The text holds signs that cannot be stored; please type it again.")
_DATE = _("Please give a date such as 2026-11-24.")
_INSTANT = _("Please give a time with its zone, such as 2026-11-24T09:30:00+08:00.")
_SPAN = _("Please give a length of time such as PT2H30M (2 hours 30 minutes).")
_ID = _("This is no id: an id has 32 digits and letters, such as 0199d2f0-….")
_YES_OR_NO = _("Please answer with yes or no.")
_LIST = _("A list belongs here.")
_PARTS = _("Several named values belong here, not a single one.")
_CHOICE = _("Please choose one of these: {expected}.")
_SHAPE = _("This has not the form that is asked for. Please look at the example.")
_WANTED = _("Please fill this in.")

OTHER_FAULT: Final = _("This value cannot be used. Please look at it again.")

FAULTS: Final[dict[str, Promise]] = {
    "missing": _WANTED,
    "none_required": _("Please leave this empty."),
    "extra_forbidden": _("This field is not known here. Please take it out."),
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_too_long": _("At most {max_length} characters. Please shorten it."),
    "string_too_short": _("At least {min_length} characters. Please say more."),
    "string_pattern_mismatch": _SHAPE,
    "string_unicode": _SIGNS,
    "not_storable": _SIGNS,
    "control_character": _(
        "Character {place} is a control sign that cannot be stored; please take it out."
    ),
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _("This number is too large."),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_digits": _("At most {max_digits} digits."),
    "decimal_max_places": _("At most {decimal_places} digits after the point."),
    "greater_than": _("Please give a number greater than {gt}."),
    "greater_than_equal": _("Please give a number from {ge} upwards."),
    "less_than": _("Please give a number below {lt}."),
    "less_than_equal": _("Please give a number up to {le}."),
    "multiple_of": _("Please give a multiple of {multiple_of}."),
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "union_tag_invalid": _CHOICE,
    "union_tag_not_found": _WANTED,
    "uuid_type": _ID,
    "uuid_parsing": _ID,
    "uuid_version": _("This is an id of another kind: version {expected_version} is needed."),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_past": _("Please give a date that has passed."),
    "date_future": _("Please give a date to come."),
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_past": _("Please give a time that has passed."),
    "datetime_future": _("Please give a time to come."),
    "timezone_aware": _INSTANT,
    "timezone_naive": _("Please give the time without a zone."),
    "time_type": _("Please give a time of day such as 09:30."),
    "time_parsing": _("Please give a time of day such as 09:30."),
    "time_delta_type": _SPAN,
    "time_delta_parsing": _SPAN,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "iterable_type": _LIST,
    "too_long": _("At most {max_length} items; these are {actual_length}."),
    "too_short": _("At least {min_length} items; these are {actual_length}."),
    "dict_type": _PARTS,
    "model_type": _PARTS,
    "model_attributes_type": _PARTS,
    "mapping_type": _PARTS,
    "json_invalid": _("This is not JSON. Please look for a missing bracket or quotation mark."),
    "json_type": _TEXT,
    "bytes_type": _TEXT,
    "url_parsing": _("Please give an address that begins with https://."),
    "value_error": OTHER_FAULT,
    "assertion_error": OTHER_FAULT,
}
