"""The lines of a desk's list. Fifty of them are on a page, so each is written by one format."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from yige.cases.rows import Row
from yige.web.shell.tags import time_left

ITEM: Final = """
<li class="desk-item" id="case-{id}" data-row{here}{moved}>
  <a data-open href="{href}" hx-get="{href}" hx-target="#detail" hx-push-url="true">
    <span class="desk-what"><span class="number">{number}</span> {urgent}{category}</span>
    <span>{when}</span>
    <span class="quiet">{excerpt} · {place}</span>
    <span class="quiet">{signs}{state}</span>
  </a>
</li>
"""
HERE: Final = mark_safe(' aria-current="true"')
MOVED: Final = mark_safe(' hx-swap-oob="true"')
URGENT: Final = mark_safe("<b>!</b> ")
YEAR: Final = len("2026-")
EXCERPT: Final = 16


def items(rows: Iterable[Row], *, query: str, here: UUID | None = None) -> SafeString:
    """Write the lines of a list; the one that is `here` stands open beside it."""
    desk = reverse("cases:desk")
    return mark_safe(  # noqa: S308 - each line is escaped by its format
        "".join(_item(row, f"{desk}{row.id}?{query}", is_here=row.id == here) for row in rows)
    )


def moved_item(row: Row, *, query: str) -> SafeString:
    """Write the line of a case that a step has changed, to be put in the place of the old one."""
    return _item(row, f"{reverse('cases:desk')}{row.id}?{query}", is_here=True, is_moved=True)


def _item(row: Row, href: str, *, is_here: bool, is_moved: bool = False) -> SafeString:
    return format_html(
        ITEM,
        id=row.id,
        href=href,
        here=HERE if is_here else "",
        moved=MOVED if is_moved else "",
        number=row.number[YEAR:],
        urgent=URGENT if row.is_urgent else "",
        category=row.category_name,
        when=row.state_name if row.closed_at else time_left(row.finish_by),
        excerpt=_short(row.excerpt),
        place=row.address or row.area_name,
        signs="▲ " * row.is_supervised + "✓ " * is_moved,
        state=row.state_name,
    )


def _short(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"
