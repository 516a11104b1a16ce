"""Whose request this is: an account acting from one of its posts, or a resident."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from yige.base.access import RESIDENT, Actor
from yige.base.models import Account
from yige.kernel import clock
from yige.people.seats import Seat, account_with_seats, seats_of

ACTING_POST = "acting_post"
"""Where the session remembers the post chosen by a person who holds several."""


@dataclass(frozen=True, slots=True)
class Acting:
    """The actor of a request and the other posts the same person could act from."""

    actor: Actor
    seats: tuple[Seat, ...]


class SeatedAccounts(AuthenticationBackend):  # type: ignore[misc]
    """Find the account of a session together with its seats, which every page asks for."""

    def get_user(self, user_id: Any) -> Account | None:
        """Return an account that may log in; its seats of this moment are `seats`."""
        found = account_with_seats(UUID(str(user_id)), at=clock.now())
        if found is None or not self.user_can_authenticate(found[0]):
            return None
        account, seats = found
        account.seats = seats  # type: ignore[attr-defined]
        return account


class ActorOfRequest:
    """Set `request.actor` and `request.acting`; read from the database only when looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        acting = SimpleLazyObject(lambda: acting_of(request))
        request.acting = acting  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: acting.actor)  # type: ignore[attr-defined]
        return self.get_response(request)


def acting_of(request: HttpRequest) -> Acting:
    """Find the account's posts of this moment and the one it acts from."""
    user = request.user
    if not user.is_authenticated:
        return Acting(RESIDENT, ())
    seats = _seats(user)
    chosen = request.session.get(ACTING_POST)
    seat = next((seat for seat in seats if str(seat.post) == chosen), seats[0] if seats else None)
    if seat is None:
        return Acting(Actor(role=RESIDENT.role, account=user.pk, name=str(user)), ())
    return Acting(seat.actor, seats)


def _seats(user: Any) -> tuple[Seat, ...]:
    """Return the seats found with a session's account, or those of one that has just logged in."""
    found: tuple[Seat, ...] | None = getattr(user, "seats", None)
    return tuple(seats_of(user.pk, at=clock.now())) if found is None else found


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor that the middleware found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def choose_post(request: HttpRequest, post: UUID) -> bool:
    """Act from another of one's own posts from now on; tell whether it is one."""
    acting: Acting = request.acting  # type: ignore[attr-defined]
    if any(seat.post == post for seat in acting.seats):
        request.session[ACTING_POST] = str(post)
        # A new key: what boards were told to this session's cookie is no longer this reader's.
        request.session.cycle_key()
        return True
    return False
