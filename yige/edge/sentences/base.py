"""Refusals of the ground floor: the door, the journal, keys, jobs."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "base.unknown_command": (
        _("There is no command “{command}”."),
        _("Please update the program that sent it, or look at /api/v1/openapi.json."),
    ),
    "base.body_invalid": (
        _("Please look at the marked fields again."),
        _("Nothing has been changed; what you typed is still there."),
    ),
    "base.not_allowed": (
        _("Your post may not do this, or not here."),
        _("If it should, ask the security administrator of your city."),
    ),
    "base.id_reused": (
        _("This number has already been used for something else."),
        _("Please reload the page and send it once more, as a new item."),
    ),
    "base.stale": (
        _("Somebody has changed this in the meantime."),
        _("Both versions are shown. Please look at the change and decide again."),
    ),
    "base.not_yet_here": (
        _("This builds on something that has not arrived yet."),
        _("It will be sent again after what it builds on."),
    ),
    "base.clash": (
        _("This would double or contradict what is already there."),
        _("Please reload the page; somebody may have done the same at this moment."),
    ),
    "base.key_gone": (
        _("This can no longer be read: its key has been destroyed or was not restored."),
        _("If a backup has just been restored, restore the key store as well."),
    ),
    "base.job_cancelled": (_("This job was ended on request."), ""),
    "base.job_lease_lost": (
        _("Another worker has taken this job over."),
        _("There is nothing to do; it goes on there."),
    ),
    "base.job_gave_up": (
        _("This job was tried several times and did not come to an end."),
        _("Please tell your system administrator the number of the job."),
    ),
    "base.unknown_job": (
        _("This installation does not know jobs of the kind “{kind}”."),
        _("Please update the worker."),
    ),
    "base.unknown_account": (
        _("There is no such account, or it is closed."),
        _("Please choose an account from the list."),
    ),
    "base.unknown_token": (
        _("There is no such token."),
        _("It may have been revoked already. Please reload the list."),
    ),
}
