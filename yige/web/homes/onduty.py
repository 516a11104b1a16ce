"""The page behind the code on a contact card. For everybody, without log-in."""

from contextlib import suppress
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yige.edge.limits import knock
from yige.homes.errors import CardUnknown
from yige.homes.onduty import GOOD, on_duty
from yige.kernel import clock

GONE: Final = 410
UNKNOWN: Final = 404


@require_safe
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Say who is on duty for the grid of a card today, or where to ask instead."""
    knock(request, "card")
    found, status = None, UNKNOWN
    with suppress(CardUnknown):
        found = on_duty(token, at=clock.now())
        status = 200 if found.state == GOOD else GONE
    answer = render(request, "homes/on_duty.html", {"found": found}, status=status)
    # Whoever has the card may look; nobody else shall find the page, or keep it.
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "private, no-store"
    return answer
