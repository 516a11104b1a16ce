"""What this room puts into the frame of a page."""

from django.utils.translation import gettext_lazy as _

from yige.base.access import Role
from yige.homes.access import READERS
from yige.web.shell.frame import Item

MENU = (
    Item(
        url="homes:buildings",
        label=_("Household map"),
        roles=tuple(role for role in READERS if role is not Role.SYSTEM),
        key="o",
        order=24,
    ),
)
