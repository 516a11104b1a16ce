"""What a room may put into the frame of every page, and how the frame collects it.

A web room offers it in `yige/web/<room>/frame.py`, any of:

    MENU = (Item(url="cases:desk", label=_("Cases"), roles=DESKS, key="c", order=20),)
    def inbox_count(actor: Actor) -> int: ...
    def mode_of(area: str) -> Mode: ...
    def area_name(code: str) -> str: ...

So a menu can only list rooms that exist, and the frame imports none of them.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from yige.base.access import Actor, Role

LONGEST_MENU: Final = 6


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the main menu: a URL name without arguments, and the roles that have it.

    `key` is the letter that follows `g` at the desk. The item of the lowest `order` is the
    role's home.
    """

    url: str
    label: str | Promise
    roles: Collection[Role]
    key: str = ""
    order: int = 50


MORE: Final = Item(url="more", label=pgettext_lazy("menu", "More"), roles=tuple(Role), key="z")


@dataclass(frozen=True, slots=True)
class Mode:
    """How an area stands: `calm`, or in a response, with the colour of the warning."""

    kind: str = "calm"
    word: str | Promise = ""
    level: str = ""

    @property
    def is_calm(self) -> bool:
        return self.kind == "calm"


@dataclass(slots=True)
class Offers:
    """What the rooms put into the frame; an answer that none offers claims nothing."""

    items: list[Item] = field(default_factory=list)
    inbox_count: Callable[[Actor], int] = lambda _actor: 0
    mode_of: Callable[[str], Mode] = lambda _area: Mode()
    area_name: Callable[[str], str] = lambda code: code

    def pages_of(self, role: Role) -> list[Item]:
        """List all pages that a role has, home first."""
        mine = [item for item in self.items if role in item.roles]
        return sorted(mine, key=lambda item: item.order)

    def menu_of(self, role: Role) -> list[Item]:
        """List a role's menu, never more than six: the last leads to what does not fit."""
        pages = self.pages_of(role)
        if len(pages) <= LONGEST_MENU:
            return pages
        return [*pages[: LONGEST_MENU - 1], MORE]


QUESTIONS: Final = ("inbox_count", "mode_of", "area_name")


@cache
def offers() -> Offers:
    """Collect what the web rooms offer, once."""
    collected = Offers()
    for module in _frames_of_rooms():
        collected.items.extend(getattr(module, "MENU", ()))
        for question in QUESTIONS:
            if hasattr(module, question):
                setattr(collected, question, getattr(module, question))
    return collected


def _frames_of_rooms() -> list[ModuleType]:
    web = import_module("yige.web")
    rooms = [room.name for room in iter_modules(web.__path__) if room.ispkg]
    return [
        import_module(f"yige.web.{room}.frame")
        for room in sorted(rooms)
        if room != "shell" and _has_frame(room)
    ]


def _has_frame(room: str) -> bool:
    package = import_module(f"yige.web.{room}")
    return any(module.name == "frame" for module in iter_modules(package.__path__))
