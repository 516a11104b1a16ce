"""Who sees old nets, who brings them in, who signs, and who decides."""

from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from yige.base.access import NOTHING, Actor, Role, scope
from yige.nets.errors import DutyMissing, NetMissing, TransferMissing
from yige.nets.models import DutyTransfer, LegacyDuty, LegacyNet

KEEPERS: Final = (Role.PLANNER, Role.SYSTEM_ADMIN, Role.SYSTEM)
"""Who sees whole nets, brings them in, proposes successors and retires, in their own area."""


def visible_nets(actor: Actor) -> QuerySet[LegacyNet]:
    """Select the nets of the actor's area and below."""
    return LegacyNet.objects.filter(scope(actor) if actor.holds(*KEEPERS) else NOTHING)


def net_for(actor: Actor, net: UUID) -> LegacyNet:
    """Return a net that the actor may see, or raise NetMissing."""
    found = visible_nets(actor).select_related("organisation").filter(id=net).first()
    if found is None:
        raise NetMissing(net=str(net))
    return found


def visible_duties(actor: Actor) -> QuerySet[LegacyDuty]:
    """Select the duties of visible nets, and those that concern the actor."""
    nets = Q(cell__net__in=visible_nets(actor)) if actor.holds(*KEEPERS) else NOTHING
    mine = Q(id__in=visible_transfers(actor).values("duty"))
    return LegacyDuty.objects.filter(nets | _held(actor, "") | _organised(actor, "") | mine)


def duty_for(actor: Actor, duty: UUID) -> LegacyDuty:
    """Return a duty that the actor may see, or raise DutyMissing."""
    found = visible_duties(actor).select_related("cell__net__organisation", "person__account")
    first = found.filter(id=duty).first()
    if first is None:
        raise DutyMissing(duty=str(duty))
    return first


def visible_transfers(actor: Actor) -> QuerySet[DutyTransfer]:
    """Select the hand-overs of visible nets, of one's own duties, to one's own post or station."""
    nets = Q(duty__cell__net__in=visible_nets(actor)) if actor.holds(*KEEPERS) else NOTHING
    mine = Q(post=actor.post) if actor.post else NOTHING
    here = scope(actor, field="post__area_code") if actor.holds(Role.STATION) else NOTHING
    old = _held(actor, "duty__") | _organised(actor, "duty__")
    return DutyTransfer.objects.filter(nets | mine | here | old)


def transfers_for(actor: Actor, transfers: list[UUID]) -> list[DutyTransfer]:
    """Return hand-overs that the actor may all see, by id, or raise TransferMissing."""
    found = {t.id: t for t in visible_transfers(actor).filter(id__in=transfers)}
    missing = [str(one) for one in transfers if one not in found]
    if missing:
        raise TransferMissing(transfers=missing[:8], count=len(missing))
    return [found[one] for one in sorted(found, key=str)]


def may_import(actor: Actor, body: Any) -> bool:
    """Tell whether the actor may bring in an old net of an area."""
    return actor.holds(*KEEPERS) and actor.covers(body.area)


def may_keep_net(actor: Actor, body: Any) -> bool:
    """Tell whether the actor may propose successors in this net, and retire it."""
    return actor.holds(*KEEPERS) and bool(net_for(actor, body.net))


def may_keep_duty(actor: Actor, body: Any) -> bool:
    """Tell whether the actor may propose a successor for this duty."""
    return actor.holds(*KEEPERS) and bool(duty_for(actor, body.duty))


def may_withdraw(actor: Actor, body: Any) -> bool:
    """Tell whether the actor may take these proposals back."""
    return actor.holds(*KEEPERS) and bool(transfers_for(actor, body.transfers))


def may_give(actor: Actor, body: Any) -> bool:
    """Tell whether the actor is the old holder of all these duties."""
    some = transfers_for(actor, body.transfers)
    held = DutyTransfer.objects.filter(_held(actor, "duty__"), id__in=[t.id for t in some])
    return held.count() == len(some)


def may_take(actor: Actor, body: Any) -> bool:
    """Tell whether the actor acts from the post to which all these duties go."""
    some = transfers_for(actor, body.transfers)
    return actor.post is not None and all(t.post_id == actor.post for t in some)


def may_decide(actor: Actor, body: Any) -> bool:
    """Tell whether these are the actor's to decide: as community station or responsible body."""
    some = transfers_for(actor, body.transfers)
    return decidable(actor).filter(id__in=[t.id for t in some]).count() == len(some)


def decidable(actor: Actor) -> QuerySet[DutyTransfer]:
    """Select the hand-overs about which the actor's office decides."""
    if actor.role is Role.SYSTEM:
        return DutyTransfer.objects.all()
    here = scope(actor, field="post__area_code") if actor.holds(Role.STATION) else NOTHING
    return DutyTransfer.objects.filter(here | _organised(actor, "duty__"))


def may_end(actor: Actor, body: Any) -> bool:
    """Tell whether the actor may decide that a duty ends: the planner, or the responsible body."""
    return ends(actor, duty_for(actor, body.duty))


def ends(actor: Actor, duty: LegacyDuty) -> bool:
    """Tell of a duty that the actor sees whether it is the actor's to end."""
    own = actor.holds(Role.HANDLER) and actor.organisation is not None
    return actor.holds(*KEEPERS) or (own and duty.cell.net.organisation_id == actor.organisation)


def _held(actor: Actor, path: str) -> Q:
    """Select what was the actor's own in an old net, from whatever post."""
    return Q(**{f"{path}person__account": actor.account}) if actor.account else NOTHING


def _organised(actor: Actor, path: str) -> Q:
    """Select what the actor's body answers for."""
    if not actor.holds(Role.HANDLER) or actor.organisation is None:
        return NOTHING
    return Q(**{f"{path}cell__net__organisation": actor.organisation})
