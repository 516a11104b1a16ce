"""Letters to reporters who left a mail address."""

from json import loads
from typing import Any, TypeAlias

from yige.base import crypto
from yige.base.commands import Call
from yige.cases.course import Course
from yige.cases.intake import CONTACTS
from yige.cases.models import Case, Reporter
from yige.cases.store import store_of
from yige.channels.notices import notify, post_by_mail

Locked: TypeAlias = bytes | memoryview | None
"""A contact as the database gives it."""


def ask_the_reporter(call: Call, course: Course) -> None:
    """Tell everybody who reported a case that the work is done, and ask whether it helped."""
    _tell(call, course, "cases.closed")


def tell_the_end(call: Call, course: Course) -> None:
    """Tell everybody who reported a case that it ended without being worked on."""
    _tell(call, course, "cases.ended")


def _tell(call: Call, course: Course, about: str) -> None:
    """Write to the reporters of a case and of those that were merged into it."""
    if store_of(call).is_past:
        return
    row, at = course.row, call.at
    merged = Case.objects.filter(merged_into=row["id"]).values("id")
    own = Reporter.objects.filter(case=row["id"])
    for reporter in own.union(Reporter.objects.filter(case__in=merged)):
        facts = {"number": row["number"], "category": course.category.name_zh}
        if reporter.account:
            notify(reporter.account, about=about, subject=row["id"], area=row["area_code"],
                   at=at, **facts)  # fmt: skip
        if reporter.has_mail and reporter.contact:
            address = contact_in(reporter.contact)["email"]
            post_by_mail(address, about=about, subject=row["id"], at=at,
                         language=reporter.language, **facts)  # fmt: skip


def contact_in(locked: Locked) -> dict[str, Any]:
    """Decrypt a reporter's contact. For letters, and for readers whose purpose is journalled."""
    if locked is None:
        return {"name": "", "phone": "", "email": ""}
    return dict(loads(crypto.unlock(locked, key=CONTACTS)))
