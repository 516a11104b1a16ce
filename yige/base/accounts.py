"""Accounts: keys to the house, given by the security administrator and never taken by oneself."""

from datetime import datetime

from yige.base.models import Account


def name_of(account: Account) -> str:
    """Return the name that pages show for an account."""
    return account.name or account.username


def make_account(*, username: str, name: str, password: str | None, at: datetime) -> Account:
    """Create an account; without a password nobody can log in with it until one is set."""
    account = Account(username=username, name=name, created_at=at)
    if password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
        account.password_changed_at = at
    account.save(force_insert=True)
    return account
