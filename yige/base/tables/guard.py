"""Keep a spreadsheet from running a cell: an apostrophe goes in front, and comes off here."""

import re

_RUNS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"''*[=+\-@\t\r\n＝＋－＠]")
_NEGATIVE = re.compile(r"-\d+(\.\d+)?")


def guarded(text: str) -> str:
    """Neutralise a text that a spreadsheet would take for a formula; numbers below 0 pass."""
    if _RUNS.match(text) and not _NEGATIVE.fullmatch(text):
        return "'" + text
    return text


def unguarded(text: str) -> str:
    """Undo `guarded`."""
    return text[1:] if _GUARDED.match(text) else text
