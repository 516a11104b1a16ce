"""Who sees and changes doors, and who prints. Doors bear no names, yet only staff sees them."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yige.base.access import NOTHING, Actor, Role, scope, within
from yige.homes.errors import CardMissing, RunMissing, UnitMissing
from yige.homes.models import Card, Print, Run
from yige.kernel.codes import DIGITS, Level
from yige.territory.models import Unit

READERS = (
    Role.GRID_WORKER, Role.STATION, Role.INTAKE, Role.PLATFORM, Role.PLANNER, Role.SYSTEM_ADMIN,
    Role.SYSTEM,
)  # fmt: skip
KEEPERS = (Role.GRID_WORKER, Role.STATION, Role.PLANNER, Role.SYSTEM_ADMIN, Role.SYSTEM)
PRINTERS = (Role.STATION, Role.INTAKE, Role.PLATFORM, Role.PLANNER, Role.SYSTEM_ADMIN, Role.SYSTEM)


def visible_units(actor: Actor) -> QuerySet[Unit]:
    """Select the units in force of the actor's area: of a grid, those that are its members."""
    if not actor.holds(*READERS):
        return Unit.objects.none()
    return Unit.objects.filter(_lying(actor), valid_until=None)


def units_in(area: str) -> Q:
    """Select the units of an area, which may be a grid."""
    if len(area) < DIGITS[Level.GRID]:
        return within(area, field="community_code")
    return Q(memberships__grid__code=area, memberships__valid_until=None)


def unit_for(actor: Actor, code: str) -> Unit:
    """Return a unit that the actor may see, or raise UnitMissing."""
    found = visible_units(actor).filter(code=code).first()
    if found is None:
        raise UnitMissing(unit=code)
    return found


def visible_cards(actor: Actor) -> QuerySet[Card]:
    """Select the cards of the actor's area."""
    return Card.objects.filter(_printing(actor, field="grid_code"))


def card_for(actor: Actor, card: UUID) -> Card:
    """Return a card that the actor may see, or raise CardMissing."""
    found = visible_cards(actor).filter(id=card).first()
    if found is None:
        raise CardMissing(card=str(card))
    return found


def visible_runs(actor: Actor) -> QuerySet[Run]:
    """Select what was printed for the actor's area and below."""
    return Run.objects.filter(_printing(actor))


def run_for(actor: Actor, run: UUID) -> Run:
    """Return a printing that the actor may see, or raise RunMissing."""
    found = visible_runs(actor).filter(id=run).first()
    if found is None:
        raise RunMissing(run=str(run))
    return found


def visible_prints(actor: Actor) -> QuerySet[Print]:
    """Select the prints about grids of the actor's area."""
    return Print.objects.filter(_printing(actor, field="grid_code"))


def may_keep_doors(actor: Actor, body: Any) -> bool:
    """The grid worker of a grid, the station and planners of its area keep the doors."""
    return actor.holds(*KEEPERS) and actor.covers(body.area)


def may_set_doors(actor: Actor, body: Any) -> bool:
    """Whoever keeps the doors of the area that the unit lies in at present."""
    return actor.holds(*KEEPERS) and visible_units(actor).filter(code=body.unit).exists()


def may_print(actor: Actor, body: Any) -> bool:
    """Desks and planners print for their own area."""
    return actor.holds(*PRINTERS) and actor.covers(body.area)


def may_revoke(actor: Actor, body: Any) -> bool:
    """Whoever prints a grid's card may also take it back."""
    return actor.holds(*PRINTERS) and bool(card_for(actor, body.card))


def may_note(actor: Actor, body: object) -> bool:
    """Only a job of the house notes what it printed."""
    return actor.role is Role.SYSTEM


def _lying(actor: Actor) -> Q:
    return Q() if actor.role is Role.SYSTEM else units_in(actor.area)


def _printing(actor: Actor, *, field: str = "area_code") -> Q:
    return scope(actor, field=field) if actor.holds(*PRINTERS) else NOTHING
