"""How allauth meets our accounts: nobody signs up alone, the administrator of a city invites."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from yige.base.accounts import choose_password
from yige.base.models import Account
from yige.kernel import clock


class AccountsByInvitation(DefaultAccountAdapter):  # type: ignore[misc]
    """Close the public sign-up: an account is opened by a security administrator's command."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Account, password: str) -> None:
        """Note when somebody last chose a password of their own."""
        choose_password(user, password, at=clock.now())
