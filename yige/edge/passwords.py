"""A password given by somebody else, or grown old, is changed before anything else is done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from yige.base.city import declare, setting
from yige.base.models import Account
from yige.kernel import clock

FREE: Final = ("/accounts/", "/static/", "/preferences/", "/healthz", "/api/")

declare(
    "accounts.password_days",
    90,
    label=_("Days after which a password is changed"),
    source="MLPS 2.0 level 3 asks for periodic change; 90 days is ours",
)


class PasswordDue:
    """Lead an account whose password is due to the page that changes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        free = settings.YIGE_DEMO or request.path.startswith(FREE)
        if not free and isinstance(request.user, Account) and is_due(request.user, clock.now()):
            return redirect("account_change_password")
        return self.get_response(request)


def is_due(account: Account, at: datetime) -> bool:
    """Tell whether the account's password was given by somebody else, or is too old."""
    if account.password_changed_at is None:
        return True
    return at - account.password_changed_at > timedelta(days=setting("accounts.password_days"))
