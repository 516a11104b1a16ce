"""What this room refuses."""

from yige.kernel.errors import Conflict, Invalid, Missing


class CampaignMissing(Missing):
    """There is no such campaign in the reader's area."""

    code = "surveying.campaign_missing"


class SheetMissing(Missing):
    """There is no such sheet among those of the reader."""

    code = "surveying.sheet_missing"


class GroupMissing(Missing):
    """There is no such group of surveyors in the campaign."""

    code = "surveying.group_missing"


class UploadMissing(Missing):
    """There is no such file in the reader's area."""

    code = "surveying.upload_missing"


class PersonsUnknown(Invalid):
    """Some of the persons named are nobody that is known here; `count` tells how many."""

    code = "surveying.persons_unknown"


class NobodyNamed(Invalid):
    """A group needs at least one person, a post or an organisation."""

    code = "surveying.nobody_named"


class DaysWrong(Invalid):
    """The campaign ends before it begins."""

    code = "surveying.days_wrong"


class AreaInCampaign(Conflict):
    """Another open campaign counts this area, or a part of it, already."""

    code = "surveying.area_in_campaign"


class CampaignState(Conflict):
    """The campaign is not open any more: what it counted stays as it is."""

    code = "surveying.campaign_state"


class SheetState(Conflict):
    """The sheet is in another state than this step needs."""

    code = "surveying.sheet_state"


class UploadState(Conflict):
    """The file is in another state than this step needs."""

    code = "surveying.upload_state"


class CountsMissing(Invalid):
    """Units of the sheet were not counted; `lines` names the first of them."""

    code = "surveying.counts_missing"


class LineUnknown(Invalid):
    """The sheet has no such line, or it was given twice; `lines` names them."""

    code = "surveying.line_unknown"


class FindingsOpen(Conflict):
    """Something in these sheets does not agree, and nobody has said why it is right."""

    code = "surveying.findings_open"


class OwnCount(Conflict):
    """Whoever counted a sheet does not check it."""

    code = "surveying.own_count"


class SheetsOpen(Conflict):
    """Sheets are not checked yet; `sheets` tells how many, `households` how many households."""

    code = "surveying.sheets_open"


class NothingCounted(Conflict):
    """No sheet of the campaign is checked: there is nothing to freeze."""

    code = "surveying.nothing_counted"


class NothingToHandOut(Invalid):
    """None of the sheets named can be handed out."""

    code = "surveying.nothing_to_hand_out"


class NothingToTake(Conflict):
    """The file has no row that could be taken over."""

    code = "surveying.nothing_to_take"


class ColumnsMissing(Invalid):
    """Columns that such a file cannot do without are not in it; `missing` names them."""

    code = "surveying.columns_missing"
