"""The keys of contact cards: given when a card is first printed, good until a day, revocable.

A card's address ends in its token, which follows from the card's id under a key of the store; the
table holds a digest of it. A token that was revoked never comes back: the next print gets another.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yige.base import rows
from yige.base.city import declare, setting
from yige.base.commands import Call, command
from yige.base.crypto import digest, keyed_digest
from yige.base.fields import Body
from yige.homes import access
from yige.homes.models import Card
from yige.homes.pieces import in_pieces
from yige.kernel.ids import new_id

KEY: Final = "cards"
SIGNS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH: Final = 24
"""120 bits: nobody finds a card by trying."""

declare(
    "homes.address", "", label=_("Address that the code on contact cards leads to"),
    source="yige.toml (hosts)",
)  # fmt: skip


class CardNamed(Body):
    """The card that is meant."""

    card: UUID


@command("homes.revoke_card", may=access.may_revoke)
def revoke_card(call: Call, named: CardNamed) -> Card:
    """Take a card's key back for good: its page says where to ask from now on."""
    card = access.card_for(call.actor, named.card)
    if card.revoked_at is None:
        card.revoked_at = call.at
        card.save(update_fields=["revoked_at"])
        call.tell("homes.card_revoked", subject=card.id, area=card.grid_code)
    return card


def give_cards(grids: Sequence[str], *, at: datetime, until: datetime) -> int:
    """Give each grid a card if it has no living one, and let each be good until a day."""
    living: set[str] = set()
    for some in in_pieces(sorted(grids)):
        there = Card.objects.filter(grid_code__in=some, revoked_at=None)
        living |= set(there.values_list("grid_code", flat=True))
        there.filter(expires_at__lt=until).update(expires_at=until)
    fresh = [_row(grid, at, until) for grid in grids if grid not in living]
    return rows.insert(Card, fresh)


def living_cards(grids: Iterable[str]) -> dict[str, Card]:
    """Return the card of each grid that has one that was not revoked."""
    found: dict[str, Card] = {}
    for some in in_pieces(sorted(grids)):
        there = Card.objects.filter(grid_code__in=some, revoked_at=None)
        found |= {card.grid_code: card for card in there}
    return found


def card_shown(token: str) -> Card | None:
    """Return the card whose token was shown, whatever has become of it."""
    if len(token) != LENGTH or not set(token) <= set(SIGNS):
        return None
    return Card.objects.filter(digest=digest(token)).first()


def token_of(card: UUID) -> str:
    """Derive the token of a card from its id."""
    number = int(keyed_digest(str(card), key=KEY, purpose="card"), 16)
    signs = []
    for _place in range(LENGTH):
        number, sign = divmod(number, len(SIGNS))
        signs.append(SIGNS[sign])
    return "".join(signs)


def address_of(card: UUID) -> str:
    """Write the address that the code on a card leads to."""
    return f"{base_address()}/k/{token_of(card)}"


def base_address() -> str:
    """Return the city's own address: as it was set, else the first host that is answered to."""
    own: str = setting("homes.address")
    if own:
        return own.rstrip("/")
    host = next((host for host in settings.ALLOWED_HOSTS if host != "*"), "localhost")
    return f"{'https' if settings.YIGE_TLS else 'http'}://{host}"


def _row(grid: str, at: datetime, until: datetime) -> dict[str, Any]:
    card = new_id()
    return {
        "id": card,
        "digest": digest(token_of(card)),
        "grid_code": grid,
        "issued_at": at,
        "expires_at": until,
    }
