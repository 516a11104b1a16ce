"""Time comes in with the call: one function to ask, and none inside the rules."""

from datetime import UTC, datetime


def now() -> datetime:
    """Tell the present instant in UTC. Only edges and jobs ask; rules are given the time."""
    return datetime.now(UTC)
