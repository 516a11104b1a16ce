"""Refusals about areas, surveys and plans."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "territory.area_unknown": (
        _("There is no area with the code {area}."),
        _("Please check the code, or import the divisions first."),
    ),
    "territory.areas_differ": (
        _("The two plans are of different areas: {areas}."),
        _("Please choose two plans of one area."),
    ),
    "territory.cannot_divide": (
        _("No connected division in this range was found for {reasons}."),
        _("Please change the range, join the named units to others, or correct the survey."),
    ),
    "territory.changed_since": (
        _("Something there has changed after {at}; the change cannot hold from before that."),
        _("Please enter it without the day, so that it holds from now."),
    ),
    "territory.divisions_wrong": (
        _("{count} rows of the divisions cannot be right: {rows}."),
        _("Please correct them and import the file again; nothing was changed."),
    ),
    "territory.grids_locked": (
        _("Grids {labels} are locked: nothing moves into or out of them."),
        _("Please unlock it first, or choose other units."),
    ),
    "territory.units_locked": (
        _("Units {units} are locked and stay where they are."),
        _("Please unlock it first, or choose other units."),
    ),
    "territory.label_unknown": (
        _("The plan has no grid number {labels}."),
        _("Please reload the plan."),
    ),
    "territory.nothing_to_redo": (
        _("You have taken nothing back in this draft that could be done again."),
        _("A new stroke forgets what was taken back before it."),
    ),
    "territory.nothing_to_undo": (
        _("You have no stroke in this draft that could be taken back."),
        _("Strokes of others are taken back by those who made them."),
    ),
    "territory.stroke_clash": (
        _("{by} moved {count} of these units meanwhile: they are in grid {label} now."),
        _("Your stroke was not made. Please look at the map as it is now, then decide."),
    ),
    "territory.not_adoptable": (
        _("The plan cannot be adopted yet: {faults}."),
        _("Please correct these grids, or give a reason for each in the plan."),
    ),
    "territory.net_moved_on": (
        _("Another net has been adopted since you looked at this change; nothing was adopted."),
        _("What the plan would change is worked out anew. Please look at it, then decide."),
    ),
    "territory.nothing_to_divide": (
        _("Area {area} has no surveyed unit."),
        _("Please import a survey first."),
    ),
    "territory.nothing_to_store": (
        _("Not one row of the survey can be stored."),
        _("Please look at the list of faults and correct the file."),
    ),
    "territory.other_community": (
        _("A grid lies in one community; these are {communities}."),
        _("Please choose a grid of the same community."),
    ),
    "territory.no_unit_known": (
        _("Not one row of the file names a unit of area {area}."),
        _("Please check the column of units: their codes, or the ids of the survey."),
    ),
    "territory.kind_unknown": (
        _("A plan is not written as {kind}."),
        _("Please choose one of these: {kinds}."),
    ),
    "territory.plan_columns_missing": (
        _("The file has no column of units or none of grids; its columns are {columns}."),
        _("Please call them {unit} and {grid}, or say which they are."),
    ),
    "territory.plan_empty": (
        _("The plan has no grids yet."),
        _("Please wait until it is divided."),
    ),
    "territory.plan_file_odd": (
        _("Nothing was done yet: {odd}."),
        _(
            "Please correct the file, or accept it as it is: rows of unknown units are then left "
            "out, and units that stand there twice or are missing stay as they are in the plan "
            "you began from, or else in no grid."
        ),
    ),
    "territory.plan_missing": (
        _("There is no such plan in your area."),
        _("Please choose one from the list."),
    ),
    "territory.plan_state": (
        _("The plan is at another step by now."),
        _("Please reload the page to see what is possible."),
    ),
    "territory.range_wrong": (
        _("The lower end of the range ({lower}) lies above the upper end ({upper})."),
        _("Please exchange or correct the two."),
    ),
    "territory.rows_wrong": (
        _("{count} rows of the survey cannot be right."),
        _("Please correct them, or accept that the listed rows stay out."),
    ),
    "territory.too_many_areas": (
        _("The file names {count} areas below one; codes have room for {most}."),
        _("Please choose a coarser column in the mapping file's make_city."),
    ),
    "territory.survey_missing": (
        _("There is no such survey in your area."),
        _("Please choose one from the list."),
    ),
    "territory.survey_state": (
        _("The survey is at another step by now."),
        _("Please reload the page to see what is possible."),
    ),
    "territory.until_past": (
        _("{until} is over already."),
        _("Please choose a day to come."),
    ),
    "territory.nothing_runs": (
        _("The division has ended already."),
        _("Please reload the page to see what came of it."),
    ),
    "territory.nothing_said": (
        _("There is nothing in it yet."),
        _("Please write something, or say whether you agree."),
    ),
    "territory.comment_missing": (
        _("There is no such comment on a plan of your area."),
        _("Please reload the page."),
    ),
    "territory.units_changed": (
        _("A survey has changed the units since this plan was drawn."),
        _("Please have the plan drawn again."),
    ),
    "territory.units_unknown": (
        _("These units are not known, or not in this plan: {units}."),
        _("Please reload the plan."),
    ),
    "division.invalid_problem": (
        _("The units and limits do not fit together."),
        _("Please check the file at the named place and the range."),
    ),
}

PARTS: Final = {
    ("territory.not_adoptable", "pieces"): _("grid {label} in {name} lies in {by} pieces"),
    ("territory.not_adoptable", "communities"): _("grid {label} in {name} spans {by} communities"),
    ("territory.not_adoptable", "above"): _("grid {label} in {name} has {by} households too many"),
    ("territory.not_adoptable", "below"): _("grid {label} in {name} has {by} households too few"),
    ("territory.plan_file_odd", "unknown"): _(
        "{count} ids are no unit of the area (first {first})"
    ),
    ("territory.plan_file_odd", "doubled"): _("{count} units stand there twice (first {first})"),
    ("territory.plan_file_odd", "missing"): _(
        "{count} units of the area are missing (first {first})"
    ),
    ("territory.cannot_divide", ""): _("{name} ({community})"),
    ("territory.divisions_wrong", "unknown"): _("{code} is no division in force"),
    ("territory.divisions_wrong", "other_level"): _("{code} becomes one of another level"),
    ("territory.divisions_wrong", "is_city"): _("{code} is the city itself"),
    ("territory.divisions_wrong", "came_back"): _("{code} was in force once: codes never return"),
    ("territory.divisions_wrong", "taken"): _("{code} is the code of another community"),
    ("territory.divisions_wrong", "which_town"): _(
        "{code} lies in a town that is split: say which part it belongs to"
    ),
    ("territory.divisions_wrong", "unit_nowhere"): _(
        "unit {code} lies in no part of its community: give outlines, or list the units"
    ),
    ("territory.divisions_wrong", "twice"): _("{code} stands there twice"),
    ("territory.divisions_wrong", "no_parent"): _("{code} has no area above it"),
    ("territory.divisions_wrong", "second_city"): _("{code} would be a second city"),
    ("territory.divisions_wrong", "outline"): _("the outline of {code} is no sound polygon"),
}
