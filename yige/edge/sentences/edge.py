"""Refusals of the edge itself: limits, cursors, tokens, the device's post."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "edge.busy": (
        _("The system is very busy at the moment."),
        _("Please try again in a minute; what you typed is still there."),
    ),
    "edge.too_many": (
        _("There were too many tries in a short time."),
        _("Please wait {minutes} minutes. In urgent matters call 110, 119, 120 or 12345."),
    ),
    "edge.bad_cursor": (
        _("This place in the list no longer exists."),
        _("Please begin at the first page."),
    ),
}
