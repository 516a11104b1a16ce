"""Whose notices are whose."""

from django.db.models import QuerySet

from yige.base.access import Actor
from yige.channels.models import Notice


def visible_notices(actor: Actor) -> QuerySet[Notice]:
    """One's own, and nobody else's."""
    if actor.account is None:
        return Notice.objects.none()
    return Notice.objects.filter(account=actor.account)
