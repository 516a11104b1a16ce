"""The long work on a plan in words, and how far its consultation is."""

from datetime import timedelta
from typing import Final

from yige.base.joblist import JobRow
from yige.edge.told import sentence_told
from yige.kernel import clock
from yige.territory.consult_queries import CommentRow, replies_to
from yige.territory.plan_queries import PlanRow

TWO_WEEKS: Final = timedelta(days=14)


def shown_work(work: JobRow | None) -> dict[str, object]:
    """Put a job and the words of its refusal together."""
    refusal = ""
    if work is not None:
        told = work.refusal
        refusal = sentence_told(told["code"], told["facts"]) if told else work.error
    return {"work": work, "refusal": refusal, "percent": round(100 * work.done) if work else 0}


def shown_replies(plan: PlanRow, comments: list[CommentRow]) -> dict[str, object]:
    """Tell who has answered where communities and towns were asked, and which day to offer."""
    replies = replies_to(plan.communities, comments) if plan.consulted_until else []
    return {
        "replies": replies,
        "answered": sum(bool(reply.stance) for reply in replies),
        "objecting": sum(reply.stance == "object" for reply in replies),
        "ask_until": plan.last_day or clock.now() + TWO_WEEKS,
    }
