"""Refusals of the API: tokens, requests that cannot be read."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "api.token_refused": (
        _("The token is not valid, or no longer."),
        _("Please ask the security administrator for a new one."),
    ),
    "api.csrf_missing": (
        _("The request did not come from a page of ours."),
        _("Please reload the page and send it again."),
    ),
    "api.post_not_held": (
        _("You do not hold the post from which this was made, and did not then."),
        _("Please choose one of your own posts."),
    ),
    "api.bad_parameter": (
        _("The address has a parameter that is not right: {parameter}."),
        _("Parameters that are known here: {known}."),
    ),
    "api.collection_missing": (
        _("There is no collection {collection} for you."),
        _("Please choose one from the list of collections."),
    ),
    "api.collection_closed": (
        _("The collection {collection} is for staff."),
        _("Please show a token."),
    ),
    "api.feature_missing": (
        _("The collection {collection} has no feature {feature} for you."),
        _("Please choose one from the collection."),
    ),
    "api.not_json": (
        _("The request could not be read: it is not JSON."),
        _("Please look for a missing bracket or quotation mark."),
    ),
    "api.too_large": (
        _("The request is too large: at most {limit} at once."),
        _("Please send it in several parts."),
    ),
    "api.fault": (
        _("The system met a fault with this item; it has been written down."),
        _("Please try again later, or tell us the number."),
    ),
}
