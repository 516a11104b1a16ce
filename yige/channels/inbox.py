"""Read one's own inbox."""

from uuid import UUID

from pydantic import Field

from yige.base.access import Actor
from yige.base.commands import Call, command
from yige.base.fields import Body
from yige.channels import access


class NoticesRead(Body):
    """The notices that were read; all of one's own, if none is named."""

    notices: tuple[UUID, ...] = Field(default=(), max_length=500)


def may_read_own(actor: Actor, body: NoticesRead) -> bool:
    """Whoever has an account has an inbox."""
    return actor.account is not None


@command("channels.mark_read", may=may_read_own)
def mark_read(call: Call, read: NoticesRead) -> dict[str, int]:
    """Mark notices of one's own inbox as read."""
    own = access.visible_notices(call.actor).filter(read_at=None)
    chosen = own.filter(id__in=read.notices) if read.notices else own
    return {"read": chosen.update(read_at=call.at)}
