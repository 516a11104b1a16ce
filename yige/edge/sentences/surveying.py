"""Refusals about campaigns, sheets and files of a survey."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "surveying.campaign_missing": (
        _("There is no such campaign in your area."),
        _("Please look at the list of campaigns."),
    ),
    "surveying.sheet_missing": (
        _("There is no such sheet among yours."),
        _("It may have been handed to another group. Please look at your list of sheets."),
    ),
    "surveying.group_missing": (
        _("There is no such group in this campaign."),
        _("Please choose a group, or make one first."),
    ),
    "surveying.upload_missing": (
        _("There is no such file in your area."),
        _("Please look at the files of the campaign."),
    ),
    "surveying.persons_unknown": (
        _("{count} of those named are not known here any more."),
        _("Please choose again."),
    ),
    "surveying.nobody_named": (
        _("The group {name} has nobody in it."),
        _("Please choose at least one person, a post or an organisation."),
    ),
    "surveying.days_wrong": (
        _("The campaign would end on {closes_on}, before it begins on {opens_on}."),
        _("Please correct the days."),
    ),
    "surveying.area_in_campaign": (
        _("The campaign {name} is counting {area} at present."),
        _("Please freeze it first, or choose another area."),
    ),
    "surveying.campaign_state": (
        _("The campaign {name} is closed: what it counted stays as it is."),
        _("What has changed since is counted by the next campaign."),
    ),
    "surveying.sheet_state": (
        _("Sheet {number} has moved on meanwhile; this step does not fit any more."),
        _("Please look at the sheet as it is now."),
    ),
    "surveying.upload_state": (
        _("The file {source} has moved on meanwhile; this step does not fit any more."),
        _("Please look at it as it is now."),
    ),
    "surveying.counts_missing": (
        _("{count} units have no counts yet: {lines}."),
        _("Please fill them in, with 0 where nobody lives."),
    ),
    "surveying.line_unknown": (
        _("Some rows fit no unit of this sheet, or came twice, or lack a name: {lines}."),
        _("Please reload the sheet and enter them again."),
    ),
    "surveying.findings_open": (
        _("{count} things do not agree in the sheets {sheets}."),
        _("Please say why they are right, or return the sheets."),
    ),
    "surveying.own_count": (
        _("You counted the sheets {sheets} yourself."),
        _("Please let somebody else check them."),
    ),
    "surveying.sheets_open": (
        _("{sheets} sheets with {households} households are not checked yet."),
        _("Please wait for them, or freeze without them: their units keep what is known."),
    ),
    "surveying.nothing_counted": (
        _("No sheet of the campaign {name} is checked."),
        _("Please check sheets first."),
    ),
    "surveying.nothing_to_hand_out": (
        _("None of these sheets can be handed out."),
        _("Please choose sheets that are not done yet."),
    ),
    "surveying.nothing_to_take": (
        _("Nothing in the file {source} can be taken over."),
        _("Please correct its rows and bring it in again."),
    ),
    "surveying.columns_missing": (
        _("The file lacks the columns {missing}."),
        _("Please take the file that the campaign's page hands out; it has them all."),
    ),
}
