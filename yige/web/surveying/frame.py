"""What this room puts into the frame of a page."""

from django.utils.translation import pgettext_lazy

from yige.surveying.access import SURVEYORS
from yige.web.shell.frame import Item

MENU = (
    Item(url="surveying:mine", label=pgettext_lazy("menu", "Survey sheets"), roles=SURVEYORS,
         key="v", order=35),
)  # fmt: skip
