"""What is asked of a collection of features: a box, a time, a page. Faulty is answered by 400."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from math import isfinite
from typing import Any, Final

from django.http import HttpRequest
from django.utils.timezone import get_default_timezone

from yige.edge.paging import key_of
from yige.kernel.errors import Invalid
from yige.territory.features import Box

USUAL: Final = 100
MOST: Final = 1_000
FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")

PARAMETERS: Final[list[dict[str, Any]]] = [
    {
        "name": "limit",
        "in": "query",
        "description": "How many features a page holds; a larger number is taken for the most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        "style": "form",
        "explode": False,
    },
    {
        "name": "bbox",
        "in": "query",
        "description": "West, south, east, north in degrees (heights between them are passed"
        " over). A box whose west lies east of its east crosses the date line.",
        "schema": {
            "type": "array",
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            "items": {"type": "number"},
        },
        "style": "form",
        "explode": False,
    },
    {
        "name": "datetime",
        "in": "query",
        "description": "An instant or an interval (RFC 3339, an open end is `..`); a day is the"
        " net as it lay at the day's end. Without it: now.",
        "schema": {"type": "string"},
        "style": "form",
        "explode": False,
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "Where a page begins; it comes with the link `next`.",
        "schema": {"type": "string"},
    },
]
NAMES: Final = tuple(str(each["name"]) for each in PARAMETERS)


class BadParameter(Invalid):
    """A parameter is not known here (`known` lists those that are), or says what cannot be."""

    code = "api.bad_parameter"
    status = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of what touches one of the boxes and was in force from `start` to `end`."""

    limit: int
    boxes: tuple[Box, ...]
    start: datetime
    end: datetime
    behind: str


def asked_of(request: HttpRequest, *, now: datetime) -> Asked:
    """Read the parameters of a page of features, or raise BadParameter (or BadCursor)."""
    only_known(request, NAMES)
    given: Mapping[str, str] = request.GET.dict()
    start, end = _time(given["datetime"], now) if "datetime" in given else (now, now)
    return Asked(
        limit=_limit(given["limit"]) if "limit" in given else USUAL,
        boxes=_boxes(given["bbox"]) if "bbox" in given else (),
        start=start,
        end=end,
        behind=key_of(given["cursor"], str)[0] if given.get("cursor") else "",
    )


def only_known(request: HttpRequest, known: Collection[str] = ()) -> None:
    """Refuse a parameter that this address does not have."""
    for name in request.GET:
        if name not in known:
            raise BadParameter(parameter=name[:60], known=list(known))


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise BadParameter(parameter="limit", known=list(NAMES))
    return min(int(text), MOST)


def _boxes(text: str) -> tuple[Box, ...]:
    try:
        sides = [float(side) for side in text.split(",")]
    except ValueError as error:
        raise BadParameter(parameter="bbox", known=list(NAMES)) from error
    if len(sides) == 6:
        sides = [*sides[:2], *sides[3:5]]
    if len(sides) != 4 or not all(map(isfinite, sides)):
        raise BadParameter(parameter="bbox", known=list(NAMES))
    west, south, east, north = sides
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise BadParameter(parameter="bbox", known=list(NAMES))
    if west <= east:
        return ((west, south, east, north),)
    return (west, south, 180.0, north), (-180.0, south, east, north)


def _time(text: str, now: datetime) -> tuple[datetime, datetime]:
    first, slash, last = text.partition("/")
    if not slash:
        instant = _instant(first, ends=True)
        return instant, instant
    start = FIRST if first in ("", "..") else _instant(first, ends=False)
    end = max(now, start) if last in ("", "..") else _instant(last, ends=True)
    if start > end or (first in ("", "..") and last in ("", "..")):
        raise BadParameter(parameter="datetime", known=list(NAMES))
    return start, end


def _instant(text: str, *, ends: bool) -> datetime:
    """Read an instant; of a day its last one where something ends, else its first."""
    try:
        if _DAY.fullmatch(text):
            of_day = time.max if ends else time.min
            return datetime.combine(
                date.fromisoformat(text), of_day, tzinfo=get_default_timezone()
            )
        instant = datetime.fromisoformat(text.upper())
    except (ValueError, OverflowError) as error:
        raise BadParameter(parameter="datetime", known=list(NAMES)) from error
    if instant.tzinfo is None or instant.year < 2:
        raise BadParameter(parameter="datetime", known=list(NAMES))
    return instant
