"""What this room puts into the frame of a page."""

from django.utils.translation import gettext_lazy as _

from yige.insight.by_net import READERS
from yige.web.shell.frame import Item

MENU = (Item(url="insight:figures", label=_("Figures by grid"), roles=READERS, key="f", order=30),)
