"""What this room refuses."""

from yige.kernel.errors import Conflict, Invalid, Missing


class NetMissing(Missing):
    """There is no such old net in the reader's area."""

    code = "nets.net_missing"


class DutyMissing(Missing):
    """There is no such duty of an old net, or none that concerns the reader."""

    code = "nets.duty_missing"


class TransferMissing(Missing):
    """There is no such hand-over, or none that concerns the reader."""

    code = "nets.transfer_missing"


class KindUnknown(Missing):
    """The crosswalk is not written as this kind of file; `kinds` are those it is."""

    code = "nets.kind_unknown"


class ColumnsMissing(Invalid):
    """Columns that a file of an old net cannot do without are not there."""

    code = "nets.columns_missing"


class RowsWrong(Invalid):
    """Rows of the file cannot be right; `errors` names each cell, the reason and the value."""

    code = "nets.rows_wrong"


class NothingToImport(Invalid):
    """Not one row of the file is left to be imported."""

    code = "nets.nothing_to_import"


class HandingBegun(Conflict):
    """The net is known, says something else now, and signatures are there already."""

    code = "nets.handing_begun"


class NetEnded(Conflict):
    """The old net is retired or superseded; nothing of it is handed over any more."""

    code = "nets.net_ended"


class TransferClosed(Conflict):
    """The hand-over is done, ended or withdrawn."""

    code = "nets.transfer_closed"


class NoSuchSuccessor(Invalid):
    """The post is not open, or lies outside the planner's area."""

    code = "nets.no_such_successor"


class NothingLeft(Conflict):
    """Nothing of the duty is left in the area of this post."""

    code = "nets.nothing_left"


class PostVacant(Conflict):
    """Nobody holds the post: a decision cannot put a duty on an empty seat."""

    code = "nets.post_vacant"


class SidesCanSign(Conflict):
    """Both sides have accounts and sign for themselves; a decision does not sign for them."""

    code = "nets.sides_can_sign"


class StillOpen(Conflict):
    """Duties of the net are still open; `duties` names the first, `count` all of them."""

    code = "nets.still_open"
