"""What this room puts into the frame of a page."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from yige.base.access import Role
from yige.web.shell.frame import Item

SIGNERS: Final = (
    Role.GRID_WORKER, Role.STATION, Role.HANDLER, Role.OFFICIAL, Role.POLICE,
    Role.PROPERTY_MANAGER,
)  # fmt: skip

MENU = (
    Item(url="nets:nets", label=_("Old nets"), roles=(Role.PLANNER, Role.SYSTEM_ADMIN), key="o",
         order=24),
    Item(url="nets:signing", label=_("Hand-overs"), roles=SIGNERS, key="h", order=55),
)  # fmt: skip
