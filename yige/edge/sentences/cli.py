"""Refusals of the command line."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "cli.already_a_city": (
        _("There is a city here already: {city}."),
        _("A second one needs a home folder of its own (YIGE_HOME)."),
    ),
}
