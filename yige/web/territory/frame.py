"""What this room puts into the frame of a page."""

from django.utils.translation import gettext_lazy as _

from yige.base.access import Role
from yige.web.shell.frame import Item

PLANNERS = (Role.PLANNER, Role.SYSTEM_ADMIN)

MENU = (
    Item(url="territory:surveys", label=_("Surveys"), roles=PLANNERS, key="v", order=20),
    Item(url="territory:plans", label=_("Plans"), roles=(*PLANNERS, Role.PLATFORM), key="p",
         order=21),
    Item(url="territory:my_grid", label=_("My grid"), roles=(Role.RESIDENT,), key="", order=16),
)  # fmt: skip
