"""Where the values that this release ships come from, in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHIPPED: Final[Mapping[str, Promise]] = {
    "our judgement": _("our judgement"),
    "yige init": _("entered when the city was set up"),
    "national hotline": _("the national hotline"),
    "common office hours of the city's bodies, our judgement": _(
        "common office hours of the city's bodies, our judgement"
    ),
    "rule that matters for departments are not sent down; the words are our reading": _(
        "rule that matters for departments are not sent down; the words are our reading"
    ),
    "MLPS 2.0 level 3 asks for periodic change; 90 days is ours": _(
        "MLPS 2.0 level 3 asks for periodic change; 90 days is ours"
    ),
    "Laizhou: 200 to 400": _("Laizhou: 200 to 400"),
}
"""A source that a city writes itself is shown as it was written."""


def in_words(source: str) -> str:
    """Say a source in the reader's language, where it is one of ours."""
    return str(SHIPPED.get(source, source))
