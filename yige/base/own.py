"""What somebody with an account may set for oneself."""

from typing import Literal

from yige.base.access import Actor
from yige.base.commands import Call, command
from yige.base.fields import Body
from yige.base.models import Account


class Preferences(Body):
    """How one wants to see every page, on every machine."""

    language: Literal["zh-hans", "en"]
    is_large_print: bool = False


def may_set_own(actor: Actor, body: object) -> bool:
    """Whoever has an account."""
    return actor.account is not None


@command("base.set_preferences", may=may_set_own)
def set_preferences(call: Call, wanted: Preferences) -> None:
    """Remember language and print size of one's own account."""
    own = Account.objects.filter(id=str(call.actor.account))
    own.update(language=wanted.language, is_large_print=wanted.is_large_print)
    call.tell("base.preferences_set", subject=call.actor.account)
