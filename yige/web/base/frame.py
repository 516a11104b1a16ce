"""What this room puts into the frame of a page."""

from django.utils.translation import gettext_lazy as _

from yige.base.access import Role
from yige.web.shell.frame import Item

MENU = (
    Item(
        url="jobs",
        label=_("Jobs"),
        roles=(Role.PLANNER, Role.SYSTEM_ADMIN),
        key="j",
        order=60,
    ),
    Item(url="audit", label=_("Journal"), roles=(Role.AUDIT_ADMIN,), key="a", order=10),
    Item(url="health", label=_("Health"), roles=(Role.AUDIT_ADMIN,), key="h", order=20),
    Item(url="tokens", label=_("Tokens"), roles=(Role.SECURITY_ADMIN,), key="t", order=40),
    Item(url="settings", label=_("Settings"), roles=(Role.SYSTEM_ADMIN,), key="s", order=23),
)
