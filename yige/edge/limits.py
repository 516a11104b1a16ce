"""Limits for the doors that anybody may knock at: so many tries in so many minutes."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest

from yige.base import knocks
from yige.kernel import clock
from yige.kernel.errors import Unavailable

LIMITS: Final = {"report": (30, 10), "track": (60, 10), "api": (600, 10), "ask": (120, 1),
                 "card": (120, 1)}  # fmt: skip
"""Door: (tries, minutes), for each address. `YIGE_LIMITS` of an installation changes them."""


class TooMany(Unavailable):
    """This address has knocked too often; `minutes` says when the door opens again."""

    code = "edge.too_many"
    status = 429


def knock(request: HttpRequest, door: str, *, times: int = 1) -> None:
    """Count a try (or several) of a stranger at a door, or raise TooMany.

    The count is kept per address and window in the database, so all processes see it.
    """
    tries, minutes = _limit(door)
    times = knocks.count(door, address_of(request), times, minutes=minutes, at=clock.now())
    if times > tries:
        raise TooMany(door=door, minutes=minutes, seconds=minutes * 60)


def address_of(request: HttpRequest) -> str:
    """Return the caller's address, as seen by the outermost of our own proxies if there is one."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    proxies = int(getattr(settings, "YIGE_PROXIES", 0))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def _limit(door: str) -> tuple[int, int]:
    own: dict[str, tuple[int, int]] = getattr(settings, "YIGE_LIMITS", {})
    return own.get(door, LIMITS[door])
