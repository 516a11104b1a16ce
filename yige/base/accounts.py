"""Accounts: keys to the house, given by the security administrator and never taken by oneself."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import make_password

from yige.base.crypto import keyed_digest
from yige.base.models import Account

SIGNS: Final = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No 0 O 1 l I: a first password is read out or copied by hand."""
GROUPS: Final = 4
KINDS: Final = "-7aA"
"""The ending that gives every first password its three kinds of signs."""


def name_of(account: Account) -> str:
    """Return the name that pages show for an account."""
    return account.name or account.username


def make_account(*, username: str, name: str, password: str | None, at: datetime) -> Account:
    """Create an account; without a password nobody can log in with it until one is set.

    A password given here is the house's own draw (`first_password`): it is changed at the first
    log-in.
    """
    account = Account(username=username, name=name, created_at=at)
    if password is None:
        account.set_unusable_password()
    else:
        account.password = make_password(password, hasher="given")
    account.save(force_insert=True)
    return account


def share_password(usernames: Iterable[str], password: str, *, at: datetime) -> None:
    """Let several accounts choose the same password, as those of a demo city do."""
    sharing = Account.objects.filter(username__in=list(usernames))
    sharing.update(password=make_password(password), password_changed_at=at)


def first_password(command: UUID) -> str:
    """Return the password that a command has given: four groups of four that can be read out.

    It follows from the command's id and a key of the store, so that no body and no row holds it.
    """
    number = int(keyed_digest(str(command), key="passwords", purpose="first"), 16)
    signs = []
    for _ in range(GROUPS * 4):
        number, sign = divmod(number, len(SIGNS))
        signs.append(SIGNS[sign])
    groups = ["".join(signs[start : start + 4]) for start in range(0, len(signs), 4)]
    return "-".join(groups) + KINDS


def give_password(account: Account, password: str) -> None:
    """Give an account a password that its owner has to change at the next log-in."""
    account.password = make_password(password, hasher="given")
    account.password_changed_at = None
    account.save(update_fields=["password", "password_changed_at"])


def choose_password(account: Account, password: str, *, at: datetime) -> None:
    """Let somebody choose a password of their own, and note when."""
    account.set_password(password)
    account.password_changed_at = at
    account.save(update_fields=["password", "password_changed_at"])
