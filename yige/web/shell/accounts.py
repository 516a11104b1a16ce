"""How allauth meets our accounts: nobody signs up alone, the administrator of a city invites."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountsByInvitation(DefaultAccountAdapter):  # type: ignore[misc]
    """Close the public sign-up: an account is opened by a security administrator's command."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
