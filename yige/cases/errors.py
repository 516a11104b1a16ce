"""What this room refuses."""

from yige.kernel.errors import Conflict, Forbidden, Invalid, Missing, Unavailable


class NoSuchCase(Missing):
    """No case has this id or number, or none that the actor may see."""

    code = "cases.no_such_case"


class NoSuchCategory(Invalid):
    """The code is no leaf of the category tree."""

    code = "cases.no_such_category"


class WorkflowWrong(Invalid):
    """The table of states and transitions has faults; each is listed."""

    code = "cases.workflow_wrong"


class CategoriesWrong(Invalid):
    """The category table has faults; each is listed with its row."""

    code = "cases.categories_wrong"


class NotFromHere(Conflict):
    """The case is in a state from which this step does not lead on; `may` lists what does."""

    code = "cases.not_from_here"


class NotTheHolder(Forbidden):
    """The case is with somebody else, and the actor's desk is not above."""

    code = "cases.not_the_holder"


class WordsMissing(Invalid):
    """This step has to say a reason or a result."""

    code = "cases.words_missing"


class NothingAbove(Conflict):
    """The case is at the top already: the city platform decides, or gives it to a unit."""

    code = "cases.nothing_above"


class NotBelow(Invalid):
    """The area does not lie below the desk that hands down, or does not hold the case's place."""

    code = "cases.not_below"


class NotForTheGrassroots(Invalid):
    """A matter for departments is not handed down to communities and grids."""

    code = "cases.not_for_the_grassroots"


class NoSuchUnit(Invalid):
    """The organisation is not there, has ended, or has nobody who handles for it."""

    code = "cases.no_such_unit"


class PhotoMissing(Invalid):
    """Closing this matter needs a photo."""

    code = "cases.photo_missing"


class MergeWrong(Invalid):
    """A case is merged into another open one that the actor may see, not into itself."""

    code = "cases.merge_wrong"


class DateWrong(Invalid):
    """The date lies in the past, or beyond what may be granted."""

    code = "cases.date_wrong"


class TrackingWrong(Missing):
    """No case has this number and secret together."""

    code = "cases.tracking_wrong"


class NoReporter(Missing):
    """The case has no contact to reveal."""

    code = "cases.no_reporter"


class NotRevealed(Forbidden):
    """Reading a contact needs a purpose, given within the last ten minutes."""

    code = "cases.not_revealed"


class MappingWrong(Invalid):
    """The mapping file does not fit its schema or the table; each fault is listed."""

    code = "cases.mapping_wrong"


class NoCityYet(Unavailable):
    """The city has no divisions yet: `yige init` enters them."""

    code = "cases.no_city_yet"


class RatingMissing(Invalid):
    """A rating says one to five, or solved or not."""

    code = "cases.rating_missing"


class PurposeMissing(Invalid):
    """Reading how to reach somebody needs a purpose."""

    code = "cases.purpose_missing"
