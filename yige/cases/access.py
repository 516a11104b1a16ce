"""Who sees which cases, and who may take which step. The only doors to a case's row."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from yige.base.access import ADMINISTRATORS, DESKS, NOTHING, Actor, Role, scope
from yige.cases.errors import NoSuchCase
from yige.cases.models import Case
from yige.cases.table import REPORTER, Table

UNIT_ROLES: Final = frozenset({Role.HANDLER, Role.PROPERTY_MANAGER, Role.ORGANISATION})
"""Posts of an organisation that a case can be dispatched to."""

HOLDERS: Final = DESKS | {Role.GRID_WORKER}
RANKS: Final = {
    Role.GRID_WORKER: 0, Role.STATION: 1, Role.INTAKE: 2, Role.PLATFORM: 3, Role.COMMANDER: 3,
}  # fmt: skip
LEVEL_RANKS: Final = {"grid": 0, "community": 1, "town": 2, "city": 3}
TAKE_PART: Final = HOLDERS | UNIT_ROLES | {Role.COMMANDER, Role.SYSTEM}
SOURCES: Final = {
    Role.RESIDENT: "web",
    Role.GRID_WORKER: "grid",
    Role.PLATFORM: "hotline",
}
"""Where a report comes from if it does not say; the desk for all other posts."""
PUBLIC_SOURCES: Final = frozenset({"web", "open311"})


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Select the cases an actor may read.

    Desks and grid workers: their area. Units: what was dispatched to them. Commanders: their area
    without the restricted ones. Everybody with an account: what they reported themselves.
    Planners, analysts and administrators read no single case.
    """
    return Case.objects.filter(_visible(actor))


def case_for(actor: Actor, case: UUID) -> Case:
    """Return one case that the actor may read, or raise NoSuchCase."""
    found = visible_cases(actor).filter(id=case).first()
    if found is None:
        raise NoSuchCase(case=str(case))
    return found


def sees_areas(actor: Actor) -> bool:
    """Tell whether all that an actor may read lies in its area."""
    return actor.role in HOLDERS | {Role.COMMANDER}


def sees(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Tell whether an actor may read a case whose row is at hand."""
    if actor.role in HOLDERS | {Role.SYSTEM} and actor.covers(row["area_code"]):
        return True
    if actor.role is Role.COMMANDER and actor.covers(row["area_code"]):
        return not row["is_restricted"]
    if actor.role in UNIT_ROLES and actor.organisation and row["organisation"]:
        return bool(row["organisation"] == actor.organisation)
    return is_own(actor, row)


def is_own(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Tell whether the actor reported the case under its account."""
    return actor.account is not None and row["opened_by"] == actor.account


def holds(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Tell whether a case is with the actor, or with a desk below the actor's own."""
    if actor.role is Role.SYSTEM:
        return True
    if actor.role in UNIT_ROLES:
        return bool(row["level"] == "unit" and row["organisation"] == actor.organisation)
    desk = row["returns_to"] if row["level"] == "unit" else row["level"]
    rank = RANKS.get(actor.role, -1)
    return actor.covers(row["area_code"]) and rank >= LEVEL_RANKS.get(desk, 0)


def may_step(
    actor: Actor, verb: str, row: Mapping[str, Any], table: Table, *, is_reporter: bool
) -> bool:
    """Tell whether an actor may take a step with a case now, as the table and the holder say."""
    roles = table.roles_of(verb)
    if is_reporter and REPORTER in roles:
        return True
    allowed = actor.role.value in roles
    if verb == "note" and allowed:
        return sees(actor, row)
    return allowed and holds(actor, row)


def may_take_part(actor: Actor, body: object) -> bool:
    """Residents too may take steps, with a case they reported; the table says which.

    Whether this actor may take this step with this case is decided where the case is loaded.
    """
    if actor.role in ADMINISTRATORS:
        return False
    proof = getattr(body, "proof", "")
    return actor.role in TAKE_PART or bool(proof) or actor.account is not None


def may_open(actor: Actor, body: Any) -> bool:
    """Everybody may report, log-in or not; administrators do it as residents.

    Only posts may say that a report came by another way than the public page.
    """
    if actor.role in ADMINISTRATORS:
        return False
    return actor.role is not Role.RESIDENT or body.source in PUBLIC_SOURCES | {""}


def may_run_by_itself(actor: Actor, body: object) -> bool:
    """Only the house itself."""
    return actor.role is Role.SYSTEM


def may_read_contact(actor: Actor, body: object) -> bool:
    """Those who work on a case may ask to read the reporter's contact, with a purpose."""
    return actor.role in HOLDERS | UNIT_ROLES


def _visible(actor: Actor) -> Q:
    own = Q(opened_by=actor.account) if actor.account else NOTHING
    if actor.role is Role.SYSTEM:
        return Q()
    if actor.role in HOLDERS:
        return scope(actor)
    if actor.role is Role.COMMANDER:
        return scope(actor) & Q(is_restricted=False)
    if actor.role in UNIT_ROLES and actor.organisation:
        return Q(organisation=actor.organisation) | own
    return own
