"""Refusals about old nets and the handing over of their duties."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "nets.net_missing": (
        _("There is no such old net in your area."),
        _("Please choose one from the list of old nets."),
    ),
    "nets.duty_missing": (
        _("There is no such duty, or it does not concern your post."),
        _("Please choose one from the list."),
    ),
    "nets.transfer_missing": (
        _("There is no such hand-over, or it does not concern your post."),
        _("Please reload the list."),
    ),
    "nets.kind_unknown": (
        _("The crosswalk cannot be written as “{kind}”."),
        _("It can be written as: {kinds}."),
    ),
    "nets.columns_missing": (
        _("The file has no column for: {missing}. It has: {found}."),
        _("Please use the template, or call the columns as it does."),
    ),
    "nets.rows_wrong": (
        _("{count} rows of the file cannot be right; nothing was imported."),
        _("Please correct them in the source, or agree to leave them out."),
    ),
    "nets.nothing_to_import": (
        _("Not one row of the file is left to be imported."),
        _("Please correct the rows that were listed."),
    ),
    "nets.handing_begun": (
        _("{net} is known, and {count} of its hand-overs are signed or decided already."),
        _("Please finish it, or bring what is new in under another name."),
    ),
    "nets.net_ended": (
        _("{net} is retired or superseded."),
        _("Nothing of it is handed over any more."),
    ),
    "nets.transfer_closed": (
        _("“{duty}” is not waiting any more: it was handed over, ended or withdrawn."),
        _("Please reload the list."),
    ),
    "nets.no_such_successor": (
        _("There is no such open post in your area."),
        _("Please choose another post."),
    ),
    "nets.nothing_left": (
        _("Nothing of “{duty}” is left in the area of this post."),
        _("Please choose a post of an area in which it is still open."),
    ),
    "nets.post_vacant": (
        _("Nobody holds the post that is to go on with “{duty}”."),
        _("Please have the post filled, or propose another one."),
    ),
    "nets.sides_can_sign": (
        _("For “{duty}” whoever has not signed yet has an account and signs for himself."),
        _("A decision is for those who cannot sign."),
    ),
    "nets.still_open": (
        _("{count} duties are still open, with {households} households: {duties}."),
        _("Please hand each of them over, or have it decided, before the net is retired."),
    ),
}
