"""Ids made by whoever asks: UUID version 7 (RFC 9562), sorted by the time of their birth."""

import os
import time
from typing import Final
from uuid import UUID

VERSION_7: Final = 0x7 << 76 | 0b10 << 62
CHANCE: Final = 0xFFF << 64 | (1 << 62) - 1


def new_id(*, at_ms: int | None = None) -> UUID:
    """Make a UUIDv7 from a Unix time in milliseconds (now, when left out) and 74 random bits."""
    born = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    chance = int.from_bytes(os.urandom(10)) & CHANCE
    return UUID(int=(born & (1 << 48) - 1) << 80 | VERSION_7 | chance)


def is_id(text: str) -> bool:
    """Tell whether a text is a UUID of version 7."""
    try:
        return UUID(text).version == 7
    except ValueError:
        return False
