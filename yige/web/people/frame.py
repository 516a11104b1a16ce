"""What this room puts into the frame of a page."""

from django.utils.translation import gettext_lazy as _

from yige.base.access import Role
from yige.web.shell.frame import Item

KEEPERS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)

MENU = (
    Item(url="people:posts", label=_("Posts"), roles=KEEPERS, key="p", order=20),
    Item(url="people:persons", label=_("Persons and accounts"), roles=KEEPERS, key="n", order=21),
    Item(
        url="people:organisations",
        label=_("Organisations"),
        roles=(Role.SYSTEM_ADMIN,),
        key="o",
        order=22,
    ),
)
