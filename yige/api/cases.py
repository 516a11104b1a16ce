"""Cases: a list by view and filter, and one of them, within what the caller may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from yige.api.answers import answered_by, said
from yige.api.callers import caller_of
from yige.cases import queries
from yige.cases.detail import Detail, detail
from yige.cases.queries import Filter
from yige.cases.rows import Row
from yige.edge.paging import cursor_of, key_of
from yige.kernel import clock

router = Router(tags=["cases"])


@dataclass(frozen=True, slots=True)
class Cases:
    """A page of cases, the latest first; `next` is the cursor of the page that follows."""

    items: tuple[Row, ...]
    next: str


@router.get("/cases", operation_id="cases", summary="List cases")
@answered_by("cases", Cases)
def cases(
    request: HttpRequest,
    view: str = "open",
    state: str = "",
    category: str = "",
    area: Annotated[str, Query(pattern=r"^\d{0,15}$")] = "",
    is_overdue: bool = False,  # noqa: FBT001, FBT002 - a parameter of the address
    text: Annotated[str, Query(max_length=100)] = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """Give the cases the caller may see, by (received_at, id), the latest first."""
    wanted = Filter(view, state, category, area, is_overdue, text)
    after = key_of(cursor, datetime, UUID) if cursor else None
    page = queries.cases(
        caller_of(request).actor,
        wanted,
        now=clock.now(),
        after=(after[0], after[1]) if after else None,
        most=limit,
    )
    return said(Cases(page.rows, cursor_of(page.after) if page.after else ""))


@router.get("/cases/{uuid:case}", operation_id="case", summary="Read a case")
@answered_by("case", Detail)
def case(request: HttpRequest, case: UUID) -> HttpResponse:
    """Give one case with its steps, clocks and the verbs the caller may use now."""
    return said(detail(caller_of(request).actor, case, now=clock.now()))
