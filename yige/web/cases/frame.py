"""What this room puts into the frame of a page."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yige.base.access import DESKS, Role
from yige.cases.access import UNIT_ROLES
from yige.web.shell.frame import Item

REPORTERS = (
    Role.RESIDENT, Role.GRID_WORKER, Role.POLICE, Role.PROPERTY_MANAGER, Role.OFFICIAL,
    Role.VOLUNTEER, Role.BUILDING_HEAD, Role.CONTACT_HOUSEHOLD, Role.ORGANISATION,
)  # fmt: skip
OUTDOORS = (Role.GRID_WORKER, *sorted(UNIT_ROLES))

MENU = (
    Item(url="cases:today", label=_("Today"), roles=OUTDOORS, key="t", order=10),
    Item(url="cases:desk", label=_("Cases"), roles=(*sorted(DESKS), Role.COMMANDER, Role.HANDLER),
         key="c", order=11),
    Item(url="cases:new", label=pgettext_lazy("menu", "Take a report"), roles=sorted(DESKS),
         key="n", order=12),
    Item(url="cases:report", label=pgettext_lazy("menu", "Report"), roles=REPORTERS, key="r",
         order=12),
    Item(url="cases:matters", label=_("What the grid takes care of"), roles=(Role.RESIDENT,),
         order=14),
    Item(url="cases:mine", label=_("My reports"),
         roles=[role for role in REPORTERS if role is not Role.RESIDENT], key="m", order=13),
    Item(url="cases:track", label=_("My matter"), roles=(Role.RESIDENT,), order=13),
    Item(url="cases:late", label=_("Came late"), roles=(*sorted(DESKS), Role.GRID_WORKER),
         key="l", order=40),
)  # fmt: skip
