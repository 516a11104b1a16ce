"""Places in a long list: keyset cursors, opaque in addresses, checked when they come back."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from yige.kernel.errors import Invalid

M = TypeVar("M", bound=Model)
Key = tuple[Any, ...]

READERS: dict[type, Any] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
    int: int,
    str: str,
}


class BadCursor(Invalid):
    """The cursor was not made by this list, or was damaged on the way."""

    code = "edge.bad_cursor"


def cursor_of(key: Sequence[Any]) -> str:
    """Write the sort key of a row as a cursor."""
    parts = [part.isoformat() if isinstance(part, date) else part for part in key]
    plain = [part if isinstance(part, int) else str(part) for part in parts]
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def key_of(cursor: str, *kinds: type) -> Key:
    """Read a cursor back as a key of these kinds, or raise BadCursor."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        key = tuple(READERS[kind](part) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, TypeError) as error:
        raise BadCursor(cursor=cursor[:80]) from error
    if any(isinstance(part, datetime) and part.tzinfo is None for part in key):
        raise BadCursor(cursor=cursor[:80])
    return key


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows of a list, and the cursors of its neighbours ("" at either end)."""

    rows: list[M]
    older: str
    newer: str


def page_of(
    rows: QuerySet[M], *, by: Sequence[str], kinds: Sequence[type], cursor: str, size: int = 50
) -> Page[M]:
    """Return a page in descending order of the fields `by`, at a cursor ("" is the newest page).

    A cursor that begins with "-" asks for the rows just newer than its key. Costs the same on
    the first and on the last page: a range over the index, never an offset.
    """
    upwards = cursor.startswith("-")
    key = key_of(cursor.removeprefix("-"), *kinds) if cursor else ()
    wanted = rows.filter(_beyond(by, key, upwards=upwards)) if key else rows
    order = [name if upwards else f"-{name}" for name in by]
    found = list(wanted.order_by(*order)[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if upwards:
        found.reverse()
    has_older = has_more or upwards
    has_newer = has_more if upwards else bool(key)
    return Page(
        rows=found,
        older=cursor_of(_key(found[-1], by)) if found and has_older else "",
        newer="-" + cursor_of(_key(found[0], by)) if found and has_newer else "",
    )


def _key(row: Model, by: Sequence[str]) -> Key:
    return tuple(getattr(row, name) for name in by)


def _beyond(by: Sequence[str], key: Key, *, upwards: bool) -> Q:
    """Select what lies behind a key, written so that the first field is a range of the index."""
    sign = "gt" if upwards else "lt"
    behind = Q()
    for place in range(len(by)):
        same = {by[earlier]: key[earlier] for earlier in range(place)}
        behind |= Q(**same, **{f"{by[place]}__{sign}": key[place]})
    return Q(**{f"{by[0]}__{sign}e": key[0]}) & behind
