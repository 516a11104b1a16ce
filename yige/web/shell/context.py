"""The context of every page: `shell` (city, actor, mode, links) and `menu`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from yige.base.access import RESIDENT, Actor
from yige.base.city import InForce, settings_in_force
from yige.web.shell.demo import demo_accounts
from yige.web.shell.frame import Item, Mode, offers
from yige.web.shell.preferences import SIZE_COOKIE

HOTLINE: Final = "12345"

LINKS: Final = {
    "home": "home",
    "own_home": "own_home",
    "search": "cases:search",
    "inbox": "inbox",
    "account": "own_account",
    "language": "set_language",
    "size": "size",
    "log_in": "account_login",
    "log_out": "account_logout",
    "password": "account_change_password",
    "two_steps": "mfa_index",
    "feedback": "feedback",
    "report": "cases:report",
    "track": "cases:track",
    "matters": "cases:matters",
}
"""What the frame links to, by URL name. A link whose page does not exist is left out."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the main menu, ready to be drawn."""

    href: str
    label: str
    key: str
    is_here: bool


class Shell:
    """What the frame of a page shows. Everything is asked for only when it is drawn."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def actor(self) -> Actor:
        found = getattr(self._request, "actor", None)
        return found if isinstance(found, Actor) else RESIDENT

    @property
    def is_signed_in(self) -> bool:
        return self.actor.account is not None

    @cached_property
    def _in_force(self) -> dict[str, InForce]:
        """The city's own words; an error page is drawn without them when the database is gone."""
        try:
            return settings_in_force()
        except DatabaseError:
            return {}

    def _said(self, name: str) -> str:
        found = self._in_force.get(name)
        return str(found.value) if found else ""

    @cached_property
    def city(self) -> str:
        return _given_name() or self._said("city.name") or gettext("Yige")

    @cached_property
    def phone(self) -> str:
        """The number that is answered by people: a staffed service stays."""
        return self._said("city.phone") or HOTLINE

    @cached_property
    def run_by(self) -> str:
        return str(getattr(settings, "YIGE_RUN_BY", "") or "")

    @cached_property
    def area(self) -> str:
        """The name of the area the actor acts for."""
        code = self.actor.area
        return offers().area_name(code) if code else ""

    @cached_property
    def is_exercise(self) -> bool:
        return bool(getattr(settings, "YIGE_EXERCISE", False))

    @property
    def zone(self) -> str:
        return str(settings.TIME_ZONE)

    @property
    def is_demo(self) -> bool:
        return bool(getattr(settings, "YIGE_DEMO", False))

    @cached_property
    def mode(self) -> Mode:
        return offers().mode_of(self.actor.area)

    @cached_property
    def inbox_count(self) -> int:
        if not self.is_signed_in:
            return 0
        return offers().inbox_count(self.actor)

    @property
    def is_large(self) -> bool:
        chosen = self._request.COOKIES.get(SIZE_COOKIE)
        if chosen:
            return chosen == "large"
        user = getattr(self._request, "user", None)
        return bool(self.is_signed_in and getattr(user, "is_large_print", False))

    @cached_property
    def links(self) -> dict[str, str]:
        return {name: address for name, url in LINKS.items() if (address := _address(url))}

    @property
    def here(self) -> str:
        return self._request.get_full_path()

    def menu(self) -> list[Line]:
        """List the actor's menu; the line that leads furthest towards this page is `is_here`."""
        ways = _ways(offers().menu_of(self.actor.role))
        path = self._request.path
        nearest = max((href for _, href in ways if path.startswith(href)), key=len, default="")
        return [
            Line(href=href, label=str(item.label), key=item.key, is_here=href == nearest)
            for item, href in ways
        ]

    def pages(self) -> list[Line]:
        """List every page that the actor's role has."""
        found = _ways(offers().pages_of(self.actor.role))
        return [Line(href=href, label=str(item.label), key=item.key, is_here=False)
                for item, href in found]  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give a page its frame. Pieces for htmx never draw it, and so pay nothing for it."""
    frame = Shell(request)
    return {
        "shell": frame,
        "menu": SimpleLazyObject(frame.menu),
        "demo_accounts": SimpleLazyObject(demo_accounts),
    }


def _ways(items: Sequence[Item]) -> list[tuple[Item, str]]:
    """Give the items whose pages exist, with their addresses."""
    return [(item, href) for item in items if (href := _address(item.url))]


def _given_name() -> str:
    """The name that the operator gave this installation, before the city's own setting."""
    return str(getattr(settings, "YIGE_CITY", "") or "")


def _address(url: str) -> str:
    try:
        return reverse(url)
    except NoReverseMatch:
        return ""
