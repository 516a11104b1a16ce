"""Turn cells of any type into text, and bytes into text of the right encoding."""

import codecs
import math
from datetime import date, datetime, time, timedelta

from yige.base.tables.errors import TextUnreadable

EXACT_UP_TO = 2**53
"""A number above this may have lost digits on its way through a floating-point cell."""


def as_text(value: object) -> str:
    """Write a cell as a person would read it: whole numbers without a point, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number_as_text(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


def _number_as_text(value: float) -> str:
    if math.isnan(value):
        return ""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e21:
        return str(int(value))
    return repr(float(value))


def is_rounded(value: object) -> bool:
    """Tell whether a numeric cell is too long for the digits it shows to be trusted."""
    return isinstance(value, float) and math.isfinite(value) and abs(value) >= EXACT_UP_TO


def decoded(data: bytes) -> tuple[str, str]:
    """Decode a text file: a byte order mark decides, else UTF-8, else GB18030.

    Gives text and encoding; raises TextUnreadable with the line where both break off.
    """
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    tried = [name for mark, name in marks if data.startswith(mark)] or ["utf-8", "gb18030"]
    furthest = 0
    for encoding in tried:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as broken:
            furthest = max(furthest, broken.start)
    raise TextUnreadable(line=data.count(b"\n", 0, furthest) + 1, tried=tried)


def encoding_of(data: bytes) -> str:
    """Guess the encoding of loose bytes (the cells of a DBF): UTF-8, GB18030 or Latin-1."""
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"
