"""Check what was handed in: take it as it is, with a reason where something differs, or return it.

Whoever counted a sheet does not check it.
"""

from uuid import UUID

from pydantic import Field

from yige.base.commands import Call, command
from yige.base.fields import Body, Line
from yige.surveying import access
from yige.surveying.counting import SheetNamed, move, sheet_in
from yige.surveying.errors import FindingsOpen, OwnCount
from yige.surveying.models import Sheet


class Checked(Body):
    """The sheets that are right; `reason` says why, where something in them differs."""

    sheets: list[UUID] = Field(min_length=1, max_length=1_000)
    reason: Line = ""


class SentBack(SheetNamed):
    """Why a sheet goes back to those who counted it."""

    reason: Line = Field(min_length=1)


@command("surveying.check", may=access.may_check_many)
def check(call: Call, checked: Checked) -> dict[str, object]:
    """Take sheets as they were handed in.

    Raises FindingsOpen when something differs in one of them and no reason is given.
    """
    sheets = [sheet_in(call, sheet, Sheet.DONE) for sheet in dict.fromkeys(checked.sheets)]
    own = [s.number for s in sheets if s.counted_by and s.counted_by == call.actor.account]
    if own:
        raise OwnCount(sheets=own[:20])
    differing = [sheet for sheet in sheets if sheet.finding_count]
    if differing and not checked.reason:
        raise FindingsOpen(sheets=[sheet.number for sheet in differing][:20],
                           count=sum(sheet.finding_count for sheet in differing))  # fmt: skip
    for sheet in sheets:
        reason = checked.reason if sheet.finding_count else ""
        move(call, sheet, Sheet.CHECKED, "surveying.sheet_checked", reason)
    return {"sheets": len(sheets)}


@command("surveying.send_back", may=access.may_check)
def send_back(call: Call, sent: SentBack) -> Sheet:
    """Return a sheet that was done, or checked already, to be counted again."""
    sheet = sheet_in(call, sent.sheet, Sheet.DONE, Sheet.CHECKED)
    move(call, sheet, Sheet.RETURNED, "surveying.sheet_returned", sent.reason)
    return sheet
