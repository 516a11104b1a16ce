"""What this room refuses."""

from yige.base.commands import Stale
from yige.kernel.errors import Conflict, Invalid, Missing


class AreaUnknown(Missing):
    """No area bears this code."""

    code = "territory.area_unknown"


class UnitsUnknown(Missing):
    """These units are not known, or not in this plan; `units` names the first of them."""

    code = "territory.units_unknown"


class PlanMissing(Missing):
    """There is no such plan in the reader's area."""

    code = "territory.plan_missing"


class PlanEmpty(Conflict):
    """The plan has no grids yet."""

    code = "territory.plan_empty"


class KindUnknown(Missing):
    """A plan is not written as this kind of file; `kinds` are those it is."""

    code = "territory.kind_unknown"


class PlanColumnsMissing(Invalid):
    """The file has no column of units, or none of grids; `columns` are those it has."""

    code = "territory.plan_columns_missing"


class PlanFileOdd(Invalid):
    """Ids are unknown, doubled or missing; `odd` counts and lists them. Nobody accepted it yet."""

    code = "territory.plan_file_odd"


class NoUnitKnown(Invalid):
    """Not one row of the assignment speaks of a unit of the area."""

    code = "territory.no_unit_known"


class SurveyMissing(Missing):
    """There is no such survey in the reader's area."""

    code = "territory.survey_missing"


class DivisionsWrong(Invalid):
    """The table of divisions has rows that cannot be right; `rows` names each with its reason."""

    code = "territory.divisions_wrong"


class ChangedSince(Conflict):
    """Something there has changed after the day from which the change shall hold."""

    code = "territory.changed_since"


class RowsWrong(Invalid):
    """The survey has rows that cannot be right and nobody said that they may stay out."""

    code = "territory.rows_wrong"


class NothingToStore(Invalid):
    """Not one row of the survey can be stored."""

    code = "territory.nothing_to_store"


class SurveyState(Conflict):
    """The survey is not at the step that this needs."""

    code = "territory.survey_state"


class NothingToDivide(Invalid):
    """The area has no surveyed unit: a survey comes first."""

    code = "territory.nothing_to_divide"


class RangeWrong(Invalid):
    """The lower end of the range lies above the upper end."""

    code = "territory.range_wrong"


class CannotDivide(Invalid):
    """No division in range exists; `reasons` say which community, why, and what would help."""

    code = "territory.cannot_divide"


class PlanState(Conflict):
    """The plan is not at the step that this needs."""

    code = "territory.plan_state"


class UnitsChanged(Conflict):
    """A survey changed the units after the plan was drawn: it has to be drawn again."""

    code = "territory.units_changed"


class OtherCommunity(Invalid):
    """A unit cannot join a grid of another community."""

    code = "territory.other_community"


class LabelUnknown(Missing):
    """The plan has no grid of this number."""

    code = "territory.label_unknown"


class AreasDiffer(Invalid):
    """Plans of different areas cannot be compared."""

    code = "territory.areas_differ"


class StrokeClash(Stale):
    """Somebody else moved the same units meanwhile; `by`, `label` and `units` say who and what."""

    code = "territory.stroke_clash"


class NothingToUndo(Conflict):
    """The person has no stroke in this draft that could be taken back."""

    code = "territory.nothing_to_undo"


class NothingToRedo(Conflict):
    """The person has taken back no stroke in this draft since the last one."""

    code = "territory.nothing_to_redo"


class GridsLocked(Conflict):
    """Grids of the stroke are locked against moves; `labels` names them."""

    code = "territory.grids_locked"


class UnitsLocked(Conflict):
    """Units of the stroke are locked where they are; `units` names the first of them."""

    code = "territory.units_locked"


class NetMovedOn(Stale):
    """Another net was adopted since the change was looked at; it has to be looked at again."""

    code = "territory.net_moved_on"


class NotAdoptable(Invalid):
    """The plan breaks rules of the net; `faults` name each grid, what is wrong, by how much."""

    code = "territory.not_adoptable"


class UntilPast(Invalid):
    """The day until which communities are asked is over already."""

    code = "territory.until_past"


class NothingSaid(Invalid):
    """A comment or an answer has neither words nor a stand."""

    code = "territory.nothing_said"


class CommentMissing(Missing):
    """No comment has this id on a plan that the actor sees."""

    code = "territory.comment_missing"


class NothingRuns(Conflict):
    """No division of the plan waits or runs."""

    code = "territory.nothing_runs"
