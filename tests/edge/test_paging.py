from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from yige.base import rows
from yige.base.models import Job
from yige.edge.paging import BadCursor, cursor_of, key_of, page_of
from yige.kernel.ids import new_id

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
BY, KINDS = ("created_at", "id"), (datetime, UUID)


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_cursor_comes_back_as_the_key_it_was_made_of(at: datetime, number: UUID) -> None:
    assert key_of(cursor_of((at, number)), datetime, UUID) == (at, number)


@pytest.mark.parametrize(
    "cursor",
    ["x", "%%%", "bnVsbA", "W10", cursor_of((1,)), cursor_of((NOON, "x")), "文昌", "é" * 9,
     cursor_of((datetime(2026, 1, 1), new_id()))],  # noqa: DTZ001
)  # fmt: skip
def test_a_cursor_that_was_damaged_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        key_of(cursor, datetime, UUID)


@given(st.text())
def test_no_text_whatever_breaks_the_reading_of_cursors(text: str) -> None:
    read: tuple[object, ...] = ()
    with suppress(BadCursor):
        read = key_of(text, datetime, UUID)

    assert [type(part) for part in read] in ([], [datetime, UUID])


def jobs(number: int) -> list[UUID]:
    """Make jobs of which three share each instant; give their ids, the newest first."""
    made = [
        {
            "id": new_id(at_ms=n),
            "kind": "a.b",
            "due_at": NOON,
            "created_at": NOON + timedelta(seconds=n // 3),
        }
        for n in range(number)
    ]
    rows.insert(Job, made)
    return [UUID(str(row["id"])) for row in reversed(made)]


def ids_of(cursor: str = "", *, size: int = 7) -> tuple[list[UUID], str, str]:
    page = page_of(Job.objects.all(), by=BY, kinds=KINDS, cursor=cursor, size=size)
    return [row.id for row in page.rows], page.older, page.newer


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 6, 7, 8, 14, 30])
def test_walking_down_and_up_again_meets_every_row_once(number: int) -> None:
    wanted = jobs(number)

    down, cursor, newer = ids_of()
    assert newer == ""
    while cursor:
        page, cursor, newer = ids_of(cursor)
        down += page
    up = page if number > 7 else down
    while newer:
        page, _, newer = ids_of(newer)
        up = page + up

    assert down == wanted
    assert up == wanted


@pytest.mark.django_db
def test_an_empty_list_has_one_empty_page() -> None:
    assert ids_of() == ([], "", "")


@pytest.mark.django_db
def test_a_row_that_comes_meanwhile_moves_nothing() -> None:
    wanted = jobs(20)
    first, older, _ = ids_of()

    rows.insert(Job, [{"id": new_id(), "kind": "a.b", "due_at": NOON,
                       "created_at": NOON + timedelta(days=1)}])  # fmt: skip
    second, _, _ = ids_of(older)

    assert first + second == wanted[:14]


@pytest.mark.django_db
def test_a_page_is_one_select_without_offset() -> None:
    jobs(20)
    _, older, _ = ids_of()

    with CaptureQueriesContext(
        connection,
    ) as said:
        ids_of(older)

    assert len(said) == 1
    assert "OFFSET" not in said[0]["sql"]
