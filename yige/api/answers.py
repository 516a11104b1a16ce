"""How answers are written: frozen rows of the rooms' queries as JSON, without a copy of them.

`answered_by` notes what an operation gives, for the document; nothing is checked again at run
time, since the rows are typed where they are made.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from django.http import HttpResponse

V = TypeVar("V", bound=Callable[..., HttpResponse])

ANSWERED: dict[str, Any] = {}
"""Operation id -> the type of its answer."""


def answered_by(operation: str, kind: Any) -> Callable[[V], V]:
    """Note the type of an operation's answer."""

    def keep(view: V) -> V:
        ANSWERED[operation] = kind
        return view

    return keep


def said(what: Any, *, status: int = 200) -> HttpResponse:
    """Write rows, ids, instants and plain values as JSON."""
    return HttpResponse(orjson.dumps(what), status=status, content_type="application/json")
