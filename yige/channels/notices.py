"""Tell a person something: a line in the inbox, and mail where the city has set it up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from yige.base import crypto, rows
from yige.base.crypto import canonical
from yige.channels.models import Notice, Parcel
from yige.people.holders import Holder

ADDRESS_KEY = "addresses"


def notify(
    to: Holder | UUID | None,
    *,
    about: str,
    subject: UUID,
    area: str,
    at: datetime,
    **facts: Any,
) -> None:
    """Write a notice in the caller's transaction. Somebody without an account gets none here."""
    account = to.account if isinstance(to, Holder) else to
    if account is not None:
        rows.insert(Notice, [notice_row(account, about, subject, area, at, facts)])


def notify_many(
    to: list[Holder], *, about: str, subject: UUID, area: str, at: datetime, **facts: Any
) -> int:
    """Write the same notice to several holders, once for each account; return how many."""
    accounts = {holder.account for holder in to if holder.account}
    if not accounts:
        return 0
    return rows.insert(
        Notice, [notice_row(account, about, subject, area, at, facts) for account in accounts]
    )


def notice_row(
    account: UUID, about: str, subject: UUID, area: str, at: datetime, facts: dict[str, Any]
) -> dict[str, Any]:
    """Return a notice as a row for `rows.insert` and `rows.load`."""
    return {
        "account": account,
        "about": about,
        "subject": subject,
        "area_code": area,
        "at": at,
        "facts": canonical(facts),
    }


def post_by_mail(
    address: str, *, about: str, subject: UUID, at: datetime, language: str = "zh-hans",
    **facts: Any,
) -> None:  # fmt: skip
    """Put a message to an outside address into the outbox (the address encrypted)."""
    rows.insert(
        Parcel,
        [{
            "channel": "mail",
            "address": crypto.lock(address, key=ADDRESS_KEY),
            "about": about,
            "subject": subject,
            "facts": canonical(facts),
            "language": language,
            "created_at": at,
            "next_at": at,
        }],
    )  # fmt: skip
