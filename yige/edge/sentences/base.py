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
    "base.beyond_the_calendar": (
        _("{at} lies outside the working calendar."),
        _("The calendar reaches from 2000 to thirty years ahead. Please check the date."),
    ),
    "base.deferral_closed": (
        _("Somebody else has already dealt with this."),
        _("Please reload the list."),
    ),
    "base.no_such_deferral": (
        _("This is not among the items handed over to your area."),
        _("Please reload the list; it may have gone to another area."),
    ),
    "base.file_gone": (
        _("The file is not here: it has not arrived, or its purpose has ended."),
        _("If it was just taken, please send it again."),
    ),
    "base.file_too_large": (
        _("The file is too large: at most {most} here."),
        _("Please make it smaller or split it."),
    ),
    "base.no_room_on_disk": (
        _("There is no room left to keep this."),
        _("Please tell your system administrator; nothing was changed."),
    ),
    "base.no_such_job": (
        _("There is no such job, or it is another person's."),
        _("Please look at the list of your jobs."),
    ),
    "base.not_a_photo": (
        _("“{name}” is no picture that can be read."),
        _("Please choose a photo (JPEG, PNG, WebP, GIF or BMP)."),
    ),
    "base.photo_too_large": (
        _("The picture “{name}” is too large: at most {megabytes} MB, {megapixels} megapixels."),
        _("Please choose a smaller one."),
    ),
    "base.not_a_value": (
        _("The setting “{name}” does not take this value; it wants {wanted}."),
        _("Please look at the value in force for an example."),
    ),
    "base.unknown_setting": (
        _("There is no setting “{name}”."),
        _("Please choose one from the list."),
    ),
    "base.office_hours_wrong": (
        _("These are no office hours: {given}."),
        _("Please give them as 08:30-12:00, in order and without overlap."),
    ),
    "base.no_such_entry": (
        _("No entry stands at position {position}."),
        _("Please choose one from the list."),
    ),
}
