"""Who calls: a program with a token, a person with a session, or anybody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja.utils import check_csrf

from yige.base.access import RESIDENT, Actor
from yige.base.tokens import token_shown
from yige.edge.actors import Acting
from yige.kernel import clock
from yige.kernel.errors import Forbidden
from yige.people.seats import Seat, seat_at, seats_of

READING = {"GET", "HEAD", "OPTIONS"}


class TokenRefused(Forbidden):
    """The token is unknown, expired or revoked, or its post is no longer held."""

    code = "api.token_refused"
    status = 401


class CsrfMissing(Forbidden):
    """A change that comes with a session must show the page's token."""

    code = "api.csrf_missing"


class PostNotHeld(Forbidden):
    """The caller does not hold this post, nor did when the command was made."""

    code = "api.post_not_held"


@dataclass(frozen=True, slots=True)
class Caller:
    """The actor of a call, and the other posts that its commands may be made from."""

    actor: Actor
    seats: tuple[Seat, ...] = ()

    def acting_from(self, post: UUID | None, *, made_at: datetime) -> tuple[Actor, bool]:
        """Return the actor of a command made from a post, and whether the post has ended since."""
        if post is None or post == self.actor.post:
            return self.actor, False
        for seat in self.seats:
            if seat.post == post:
                return seat.actor, False
        account = self.actor.account
        held = seat_at(account, post, at=made_at) if account else None
        if held is None:
            raise PostNotHeld(post=str(post))
        return held.actor, True


def caller_of(request: HttpRequest) -> Caller:
    """Find out who calls, or raise TokenRefused or CsrfMissing."""
    kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return _program(bearer.strip())
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return Caller(RESIDENT)
    if request.method not in READING and check_csrf(request) is not None:
        raise CsrfMissing
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return Caller(acting.actor, acting.seats)


def _program(bearer: str) -> Caller:
    now = clock.now()
    token = token_shown(bearer, at=now)
    if token is not None:
        for seat in seats_of(token.account, at=now):
            if seat.post == token.post:
                return Caller(seat.actor)
    raise TokenRefused
