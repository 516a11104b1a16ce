"""Refusals about organisations, persons, posts and accounts."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "people.ends_before_it_begins": (
        _("The end ({ends}) lies before the beginning ({begins})."),
        _("Please correct one of the two dates."),
    ),
    "people.no_such_appointment": (
        _("This person does not hold this post."),
        _("Please reload the page; it may have ended."),
    ),
    "people.no_such_organisation": (
        _("There is no organisation “{code}” in your area."),
        _("Please choose one from the list."),
    ),
    "people.no_such_person": (
        _("There is no such person in your area."),
        _("Please choose one from the list."),
    ),
    "people.no_such_post": (
        _("There is no such post in your area, or it has ended."),
        _("Please choose one from the list."),
    ),
    "people.post_fixed": (
        _("A post keeps its role and its area ({area})."),
        _("Please create another post, and end this one when nobody holds it any more."),
    ),
    "people.post_held": (
        _("Somebody still holds this post."),
        _("Please end the appointments first."),
    ),
    "people.seat_taken": (
        _("Every seat of this post is taken at that time ({wanted} in all)."),
        _("Please end an appointment first, or give the post more seats."),
    ),
    "people.two_administrators": (
        _("Nobody is two of system, security and audit administrator at a time."),
        _("Please choose another person, or end the other appointment first."),
    ),
    "people.user_name_taken": (
        _("The user name “{username}” is taken."),
        _("Please choose another one."),
    ),
}
