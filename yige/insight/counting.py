"""What an event of a case counts for, as plain numbers. No database here.

All figures of a case belong to the area where it was received, so that a new division of the
city moves no figure of the past. What is due counts on the day it is due.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

DROPPED: Final = frozenset({"declined", "not_filed", "voided", "merged"})
SATISFIED_FROM: Final = 4
WHAT: Final = (
    "received", "found", "due", "on_time", "responded", "quickly", "handled", "closed", "dropped",
    "reworked", "reopened", "extended", "rated", "satisfied", "solved", "unsolved", "not_reached",
)  # fmt: skip
"""What is counted. `found`: by the grid itself; `quickly`: answered within the limit."""


class Count(NamedTuple):
    """So many more of something on a day."""

    day: date
    category: str
    what: str
    number: int = 1


def counts_of(
    kind: str, at: datetime, facts: Mapping[str, Any], zone: ZoneInfo
) -> Iterator[Count]:
    """Give what one event adds (or takes back)."""
    if not kind.startswith("cases.case_") or "category" not in facts:
        return
    verb, day, category = facts.get("verb", ""), _day(at, zone), facts["category"]
    if verb == "open":
        yield Count(day, category, "received")
        if facts["source"] == "grid":
            yield Count(day, category, "found")
    yield from _due(verb, facts, zone)
    for what in _plainly(verb, facts):
        yield Count(day, category, what)


def _due(verb: str, facts: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Count]:
    """Count what is due and what was done in time, on the day it is due."""
    now = facts.get("due")
    before = facts.get("was_finish_by", now)
    category, was = facts["category"], facts.get("was_category", facts["category"])
    if verb in ("open", "reopen"):
        yield from _on(now, category, "due", 1, zone)
    elif (before, was) != (now, category):
        yield from _on(before, was, "due", -1, zone)
        yield from _on(now, category, "due", 1, zone)
    if verb == "rework":
        yield from _on(facts.get("was_handled_at"), category, "handled", -1, zone)
        if _in_time(facts.get("was_handled_at"), before):
            yield from _on(before, category, "on_time", -1, zone)
    if _in_time(facts.get("handled_at"), now):
        yield from _on(now, category, "on_time", 1, zone)
    if facts.get("state") in DROPPED:
        yield from _on(now, category, "due", -1, zone)


def _plainly(verb: str, facts: Mapping[str, Any]) -> Iterator[str]:
    if facts.get("responded_at"):
        yield "responded"
        if facts.get("in_time"):
            yield "quickly"
    if facts.get("handled_at"):
        yield "handled"
    if facts.get("closed_at"):
        yield "dropped" if facts.get("state") in DROPPED else "closed"
    if verb in ("rework", "reopen", "extend"):
        yield {"rework": "reworked", "reopen": "reopened", "extend": "extended"}[verb]
    if verb == "reopen":
        yield "unsolved"
    if verb == "close" and facts.get("is_reached") is False:
        yield "not_reached"
    if verb == "rate":
        yield from _rated(facts)


def _rated(facts: Mapping[str, Any]) -> Iterator[str]:
    rating = facts.get("rating")
    if rating:
        yield "rated"
        if rating >= SATISFIED_FROM:
            yield "satisfied"
    if facts.get("is_solved") is not None:
        yield "solved" if facts["is_solved"] else "unsolved"


def _on(due: str | None, category: str, what: str, number: int, zone: ZoneInfo) -> Iterator[Count]:
    if due:
        yield Count(_day(datetime.fromisoformat(due), zone), category, what, number)


def _in_time(handled_at: str | None, due: str | None) -> bool:
    if handled_at is None or due is None:
        return False
    return datetime.fromisoformat(handled_at) <= datetime.fromisoformat(due)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
