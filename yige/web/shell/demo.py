"""The accounts that a demo city offers on its log-in page."""

from dataclasses import dataclass
from importlib import import_module
from typing import Final

from django.conf import settings
from django.utils.functional import Promise

from yige.base.access import Role
from yige.people.roles import ROLE_NAMES

WITHOUT_KEY: Final = (Role.RESIDENT, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A key that everybody may try."""

    username: str
    password: str
    role: str | Promise


def demo_accounts() -> list[DemoAccount]:
    """List one account for each role of the demo city; a real city offers none."""
    if not getattr(settings, "YIGE_DEMO", False):
        return []
    staff = import_module("yige.demo.staff")  # only here: a real city never loads the demo
    return [
        DemoAccount(staff.username_of(role), staff.PASSWORD, ROLE_NAMES[role])
        for role in Role
        if role not in WITHOUT_KEY
    ]
