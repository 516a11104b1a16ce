"""Every finding about a survey in words: what is wrong, and what to do.

`{name}` stands for a fact of the finding.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Final[dict[str, tuple[Promise, Promise]]] = {
    "territory.row_value_missing": (
        _("This cell is empty."),
        _("Fill it in; every unit needs a code, a community and its households."),
    ),
    "territory.row_not_a_number": (
        _("This is not a whole number."),
        _("Give a whole number without unit, such as 24."),
    ),
    "territory.row_negative": (
        _("A number of people or homes cannot be below zero."),
        _("Correct the number in the source."),
    ),
    "territory.row_too_large": (
        _("No single unit has that many: at most {most} is taken."),
        _("Correct the number in the source, or split the unit."),
    ),
    "territory.row_text_too_long": (
        _("This text has {length} characters; at most {most} fit."),
        _("Shorten it; remarks do not belong in the survey."),
    ),
    "territory.row_control_character": (
        _("This cell holds an invisible control character (number {sign})."),
        _("Delete the cell's content and type it again."),
    ),
    "territory.row_digits_lost": (
        _("The spreadsheet stored this code as a number and has lost its last digits."),
        _("Set the column to the format “text” and enter the code again."),
    ),
    "territory.row_too_wide": (
        _("This row has more cells than there are columns."),
        _("Look for a comma inside a text; put such a text between quotation marks."),
    ),
    "territory.row_code_twice": (
        _("Row {first} has the same code already."),
        _("Give each unit its own code, or remove the row that came in twice."),
    ),
    "territory.row_code_elsewhere": (
        _("The unit's code begins with another community ({begins})."),
        _("Correct the code or the community."),
    ),
    "territory.row_community_unknown": (
        _("No community of this city has this code or name."),
        _("Correct it, or enter the community first. Alike: {near}."),
    ),
    "territory.row_place_missing": (
        _("The unit has no place: neither a shape nor longitude and latitude."),
        _("Add its longitude and latitude, or leave the row out."),
    ),
    "territory.row_place_unreadable": (
        _("This is no longitude or latitude in degrees."),
        _("Give degrees with a decimal point, such as 119.942274 and 37.177129."),
    ),
    "territory.row_axes_swapped": (
        _("Longitude and latitude seem to have changed places."),
        _("Exchange the two columns."),
    ),
    "territory.row_shape_unreadable": (
        _("The shape cannot be read."),
        _("Give a polygon or a point in WKT, or bring the shapes as GeoJSON or GeoPackage."),
    ),
    "territory.row_shape_kind": (
        _("The shape is a {found}; a unit is a polygon or a point."),
        _("Draw the unit as an area, or give its middle as a point."),
    ),
    "territory.row_shape_crosses_itself": (
        _("The outline crosses itself near {lon}, {lat}."),
        _("Redraw it there, or bring the file in again and have such outlines mended."),
    ),
    "territory.row_shape_overlaps": (
        _("The shape covers {percent} % of the unit in row {other}."),
        _("Redraw the border between the two, or remove the one that came in twice."),
    ),
    "territory.row_edge_unknown": (
        _("This neighbour is no unit of the survey."),
        _("Correct its code, or take the unit into the survey."),
    ),
    "territory.survey_datum_doubtful": (
        _(
            "Read as {declared}, {inside} of {units} units lie in the city; read as {likely}, "
            "{likely_inside} would."
        ),
        _("Ask who made the file; it was probably drawn on {likely}."),
    ),
    "territory.survey_outside_city": (
        _("{count} of {units} units lie outside the city."),
        _("Look at these rows on the map; the datum or the place may be wrong."),
    ),
    "territory.survey_far_from_community": (
        _("{count} units lie far from the rest of their community."),
        _("Look at their community and their place; one of the two is probably wrong."),
    ),
    "territory.survey_community_without_units": (
        _("{count} communities have no unit in this survey: {communities}."),
        _("They keep the units they have. If they should be in here, ask the community."),
    ),
    "territory.survey_community_small": (
        _("{count} communities have fewer households than one grid needs: {communities}."),
        _("Each of them becomes one grid under the range, with a written reason."),
    ),
    "territory.survey_without_neighbour": (
        _("{count} units have no neighbour."),
        _("They are joined to the nearest unit by a bridge; look at these rows on the map."),
    ),
    "territory.survey_in_pieces": (
        _("{count} parts of communities lie apart from the rest: {communities}."),
        _("They are joined by bridges where a part is too small for a grid of its own."),
    ),
    "territory.survey_ages_differ": (
        _("In {count} units the age bands do not add up to the residents."),
        _("The age bands are taken. Correct the survey where they are wrong."),
    ),
    "territory.survey_kind_unknown": (
        _("{count} units have a kind that is not known here: {kinds}."),
        _("They are taken as “other”. Known kinds: {known}."),
    ),
    "territory.survey_repaired": (
        _("{count} outlines that crossed themselves were repaired."),
        _("Look at them on the map before the plan is adopted."),
    ),
    "territory.survey_without_households": (
        _("{count} units have no household."),
        _("They are kept, and go with their neighbours."),
    ),
    "territory.survey_people_per_household": (
        _(
            "The file has no households; they are assumed from {people} residents at {ratio} "
            "people a household: {households}."
        ),
        _("Give the households of each unit as soon as they are counted."),
    ),
    "territory.divide_datum_unused": (
        _("No datum was stated; places only say which unit lies west of which."),
        _("State the datum if the places are to be used on a map."),
    ),
    "territory.survey_community_fixed": (
        _("The file names no community; all units are taken as one ({community})."),
        _("Name the column of the community if grids should not cross its border."),
    ),
}
