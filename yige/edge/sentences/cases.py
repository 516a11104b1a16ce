"""Refusals about reports, cases and their way."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "cases.categories_wrong": (
        _("The table of categories has faults: {faults}."),
        _("Please correct these rows; nothing was changed."),
    ),
    "cases.workflow_wrong": (
        _("The table of states has faults: {faults}."),
        _("Please correct them; the workflow in force stays."),
    ),
    "cases.mapping_wrong": (
        _("The mapping of the columns does not fit the table."),
        _("Please look at the listed faults."),
    ),
    "cases.limit_wrong": (
        _("“{value}” is no time limit."),
        _("Please give a number and h, d, wh or wd: hours, days, office hours, working days."),
    ),
    "cases.date_wrong": (
        _("The time {until} lies in the past, before the present deadline, or too far ahead."),
        _("Please choose another time, at most {most_days} days ahead."),
    ),
    "cases.merge_wrong": (
        _("A case can only be joined to another open case that you may see."),
        _("Please check its number."),
    ),
    "cases.no_city_yet": (
        _("This city has not been set up yet."),
        _("Please ask your system administrator. In urgent matters call 110, 119, 120 or 12345."),
    ),
    "cases.no_reporter": (
        _("The reporter has left no telephone number."),
        _("The result is shown on the tracking page."),
    ),
    "cases.no_such_case": (
        _("There is no such case, or it is not yours to see."),
        _("Please check the number; it may have gone to another area."),
    ),
    "cases.no_such_category": (
        _("There is no matter with the code “{category}”."),
        _("Please choose one from the list."),
    ),
    "cases.no_such_unit": (
        _("This unit is not there, or has nobody who handles cases for it."),
        _("Please choose another one."),
    ),
    "cases.not_below": (
        _("Area {area} does not lie below {of}, or does not hold the place of the case."),
        _("Please choose an area from the list."),
    ),
    "cases.not_for_the_grassroots": (
        _("This matter is for departments; communities and grids are not given it."),
        _("Please give it to the unit that is responsible."),
    ),
    "cases.not_from_here": (
        _("The case has moved on; this step is no longer possible."),
        _("Please reload the page to see the steps that are."),
    ),
    "cases.not_revealed": (
        _("A contact is shown for a purpose, for ten minutes."),
        _("Please choose the purpose again; the reading is written down."),
    ),
    "cases.purpose_missing": (
        _("Reading a contact needs a purpose."),
        _("Please choose one; the reading is written down and shown to the person."),
    ),
    "cases.not_the_holder": (
        _("The case is with somebody else at the moment."),
        _("Its holder, or the desk above, can do this."),
    ),
    "cases.nothing_above": (
        _("The case is at the city platform: there is nobody above."),
        _("Please decide it here or give it to a unit."),
    ),
    "cases.photo_missing": (
        _("Closing this matter needs a photo."),
        _("Please add one that shows the result."),
    ),
    "cases.rating_missing": (
        _("Please say whether it was solved, or give one to five."),
        "",
    ),
    "cases.tracking_wrong": (
        _("There is no case with this number and secret."),
        _("Please compare both with your slip; the secret has no 0, 1, I or O."),
    ),
    "cases.words_missing": (
        _("This step needs a few words: a reason or a result."),
        _("Please write them; the reporter may read them."),
    ),
}
