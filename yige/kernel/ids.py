"""Ids made by whoever asks: UUID version 7 (RFC 9562), sorted by the time of their birth."""

import secrets
import time
from uuid import UUID


def new_id(*, at_ms: int | None = None) -> UUID:
    """Make a UUIDv7 from a Unix time in milliseconds (now, when left out) and 74 random bits."""
    born = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    version, variant = 0x7 << 76, 0b10 << 62
    high, low = secrets.randbits(12) << 64, secrets.randbits(62)
    return UUID(int=(born & (1 << 48) - 1) << 80 | version | high | variant | low)


def is_id(text: str) -> bool:
    """Tell whether a text is a UUID of version 7."""
    try:
        return UUID(text).version == 7
    except ValueError:
        return False
