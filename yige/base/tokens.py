"""Tokens: keys for programs (a hotline gateway, a department's system), each acting from one post.

What a program shows is `<id>.<secret>`. The secret is derived from the id under a key of the key
store, so the journal never holds it and a repeated command shows the same one; the table holds
its digest only.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from django.db import connection
from pydantic import Field

from yige.base import rows
from yige.base.access import Actor, Role
from yige.base.commands import Call, command
from yige.base.crypto import digest, keyed_digest
from yige.base.fields import Body, Line
from yige.base.models import Account, Token
from yige.kernel.errors import Missing

KEY: Final = "tokens"
LONGEST_DAYS: Final = 366


# Asked before every command of a program: plain SQL costs a tenth of the same query by the ORM.
LIVING: Final = """
    SELECT token.digest, token.account_id, token.post_id
    FROM base_token token
    JOIN base_account account ON account.id = token.account_id
    WHERE token.id = %s AND token.revoked_at IS NULL AND token.expires_at > %s
      AND account.is_active
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose token was shown, and the post it acts from."""

    account: UUID
    post: UUID


class UnknownAccount(Missing):
    """No account has this id."""

    code = "base.unknown_account"


class UnknownToken(Missing):
    """No token has this id."""

    code = "base.unknown_token"


class NewToken(Body):
    """For whom a token is, from which of their posts it acts, and for how long."""

    account: UUID
    post: UUID
    label: Annotated[Line, Field(min_length=1, max_length=60)]
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 90


class TokenNamed(Body):
    """One token."""

    token: UUID


def may_keep_tokens(actor: Actor, body: object) -> bool:
    """Tokens are the security administrator's."""
    return actor.holds(Role.SECURITY_ADMIN)


@command("base.give_token", may=may_keep_tokens)
def give_token(call: Call, new: NewToken) -> Token:
    """Give a program a key that acts from one post of an account until it expires."""
    if not Account.objects.filter(id=new.account, is_active=True).exists():
        raise UnknownAccount(account=str(new.account))
    token = Token.objects.create(
        id=call.id,
        digest=digest(secret_of(call.id)),
        account_id=new.account,
        post_id=new.post,
        label=new.label,
        created_at=call.at,
        expires_at=call.at + timedelta(days=new.days),
    )
    call.tell("base.token_given", subject=token.id, account=str(new.account), post=str(new.post))
    return token


@command("base.revoke_token", may=may_keep_tokens)
def revoke_token(call: Call, body: TokenNamed) -> None:
    """Take a program's key away, at once and for good."""
    token = Token.objects.filter(id=body.token).first()
    if token is None:
        raise UnknownToken(token=str(body.token))
    if token.revoked_at is None:
        token.revoked_at = call.at
        token.save(update_fields=["revoked_at"])
        call.tell("base.token_revoked", subject=token.id)


def bearer_of(token: UUID) -> str:
    """Return what the program has to show: to be handed over once, to nobody else."""
    return f"{token.hex}.{secret_of(token)}"


def secret_of(token: UUID) -> str:
    """Derive the secret of a token from its id."""
    return keyed_digest(str(token), key=KEY, purpose="token")


def token_shown(bearer: str, *, at: datetime) -> Shown | None:
    """Return what the living token that a program shows stands for, or None."""
    name, _, secret = bearer.partition(".")
    try:
        number = UUID(hex=name)
    except ValueError:
        return None
    with connection.cursor() as cursor:
        cursor.execute(LIVING, [rows.as_key(number), rows.as_instant(at)])
        found = cursor.fetchone()
    if found is None or not hmac.compare_digest(found[0], digest(secret)):
        return None
    return Shown(account=rows.as_id(found[1]), post=rows.as_id(found[2]))


@dataclass(frozen=True, slots=True)
class Living:
    """A token that has not ended, as the security administrator sees it."""

    id: UUID
    label: str
    username: str
    name: str
    post: UUID
    created_at: datetime
    expires_at: datetime


def living_tokens(actor: Actor, *, at: datetime) -> list[Living]:
    """List the tokens that are good at an instant, the one that ends first on top."""
    if not may_keep_tokens(actor, None):
        return []
    found = Token.objects.filter(expires_at__gt=at, revoked_at=None).select_related("account")
    return [
        Living(t.id, t.label, t.account.username, t.account.name, t.post_id, t.created_at,
               t.expires_at)
        for t in found.order_by("expires_at", "id")
    ]  # fmt: skip


def account_named(username: str) -> UUID | None:
    """Find an account in use by its user name."""
    found = Account.objects.filter(username=username, is_active=True)
    return found.values_list("id", flat=True).first()
