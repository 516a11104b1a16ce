"""The page behind a card's code: who is on duty for the grid today. Nothing about residents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yige.homes.cards import card_shown
from yige.homes.contacts import Contact, contacts_of
from yige.homes.errors import CardUnknown
from yige.homes.heirs import heirs_of
from yige.territory import queries

GOOD, EXPIRED, REVOKED = "good", "expired", "revoked"
MOST_HEIRS: Final = 6


@dataclass(frozen=True, slots=True)
class Team:
    """A grid in force and whom its residents call."""

    name: str
    community: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class OnDuty:
    """What a card's page says. A card that is good no more tells nobody's name."""

    state: str
    name: str
    is_ended: bool
    teams: tuple[Team, ...]
    more: int = 0


def on_duty(token: str, *, at: datetime) -> OnDuty:
    """Return what the page of a token says at an instant, or raise CardUnknown.

    Where the grid has ended, the grids that took over are named, the largest share first.
    """
    card = card_shown(token)
    if card is None:
        raise CardUnknown
    name = queries.name_of(card.grid_code)
    if card.revoked_at is not None:
        return OnDuty(REVOKED, name, is_ended=False, teams=())
    if card.expires_at <= at:
        return OnDuty(EXPIRED, name, is_ended=False, teams=())
    shares = heirs_of([card.grid_code])[card.grid_code]
    heirs = sorted(shares, key=lambda code: (-shares[code], code))
    people = contacts_of(heirs[:MOST_HEIRS], at=at)
    names = queries.names_of([*heirs, *(heir[:12] for heir in heirs)])
    teams = tuple(Team(names[heir], names[heir[:12]], people[heir]) for heir in heirs[:MOST_HEIRS])
    return OnDuty(
        GOOD, name, card.grid_code not in shares, teams, more=max(0, len(heirs) - MOST_HEIRS)
    )
