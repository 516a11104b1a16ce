"""Refusals of the kernel, and of whatever has no words of its own."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "kernel.refusal": (_("That did not work."), _("Please try again or ask your administrator.")),
    "kernel.missing": (
        _("This is not here."),
        _("It may have moved, or it is not yours to see. Please check the number."),
    ),
    "kernel.forbidden": (
        _("Your post may not do this."),
        _("If it should, ask the security administrator of your city."),
    ),
    "kernel.invalid": (
        _("Something in the input cannot be right."),
        _("Please correct the marked fields and send it again."),
    ),
    "kernel.conflict": (
        _("Something has changed in the meantime."),
        _("Please reload the page, look at the change and decide again."),
    ),
    "kernel.unavailable": (
        _("This does not work at the moment."),
        _("Please try again in a minute; nothing was lost."),
    ),
    "kernel.not_a_code": (
        _("“{value}” is no area code."),
        _("An area code has 6 (city), 9 (town), 12 (community) or 15 (grid) digits."),
    ),
    "kernel.no_serial_left": (
        _("Community {community} has no grid code left: {wanted} wanted, {last} given so far."),
        _("A grid code is never given twice. Please ask for a new community code."),
    ),
}
