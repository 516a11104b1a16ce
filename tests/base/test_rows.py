from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection, models

from yige.base import rows
from yige.base.models import Account, CalendarDay, Deferral, Entry, Event, Job, Setting
from yige.kernel.ids import new_id

pytestmark = pytest.mark.django_db

EVEN = datetime(2026, 11, 24, 4, tzinfo=UTC)
ODD = datetime(2026, 11, 24, 12, 30, 15, 120_034, tzinfo=timezone(timedelta(hours=8)))
Write = Callable[..., object]
WAYS = pytest.mark.parametrize("write", [rows.insert, rows.load], ids=["insert", "load"])

SAMPLES: list[tuple[type[models.Model], list[dict[str, Any]]]] = [
    (
        Entry,
        [
            {
                "id": new_id(),
                "position": n + 1,
                "at": at,
                "received_at": at,
                "account": who,
                "role": "station",
                "command": "tests.pin",
                "result": '{"a":"文昌\\n🏮%s?"}',
                "body": body,
                "body_digest": "0" * 64,
            }
            for n, (at, who, body) in enumerate(
                [(EVEN, new_id(), b"\x00\xff'\\"), (ODD, None, None), (EVEN, None, b"")]
            )
        ],
    ),
    (Event, [{"position": 1, "n": n, "at": ODD, "kind": "a.b", "subject": s} for n, s in
             enumerate([None, new_id()])]),
    (Job, [{"id": new_id(), "kind": "a.b", "due_at": EVEN, "created_at": ODD, "done": 0.25,
            "is_cancel_asked": True, "key": None, "lease_until": ODD}]),
    (CalendarDay, [{"day": date(2026, 10, 1), "kind": "holiday", "name": "国庆节"}]),
    (Setting, [{"name": "a", "value": "\"'\\%\t"}]),
    (Account, [{"id": new_id(), "username": "滕", "name": "滕", "created_at": EVEN,
                "password": "!", "is_active": False}]),
]  # fmt: skip
TABLES = pytest.mark.parametrize(
    ("model", "wanted"), SAMPLES, ids=[model.__name__ for model, _ in SAMPLES]
)


def stored(model: type[models.Model]) -> list[Any]:
    """Read a table as it lies in the database, past every conversion of the ORM."""
    names = [f'"{f.column}"' for f in model._meta.concrete_fields]
    columns = ", ".join(name for name in names if name != '"id"' or model is not Event)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}"')  # noqa: S608
        return sorted(map(repr, cursor.fetchall()))


@WAYS
@TABLES
def test_rows_lie_in_the_table_as_the_orm_would_have_written_them(
    write: Write, model: type[models.Model], wanted: list[dict[str, Any]]
) -> None:
    for row in wanted:
        model._default_manager.create(**row)
    by_orm = stored(model)
    model._default_manager.all().delete()

    write(model, wanted)

    assert stored(model) == by_orm
    assert len(by_orm) == len(wanted)


@WAYS
def test_a_foreign_key_is_written_by_its_id(write: Write) -> None:
    entry = {
        "id": new_id(),
        "at": EVEN,
        "received_at": EVEN,
        "role": "station",
        "command": "tests.pin",
        "body_digest": "",
    }
    rows.insert(Entry, [entry])

    row = {
        "entry_id": entry["id"],
        "command": "tests.pin",
        "author": "滕",
        "area_code": "370683",
        "made_at": EVEN,
        "received_at": EVEN,
    }
    write(Deferral, [row])

    assert Deferral.objects.get().entry.command == "tests.pin"


def test_more_rows_than_a_statement_takes_are_written_in_several() -> None:
    many = [{"name": f"{n}", "value": "x"} for n in range(20_000)]

    written = rows.insert(Setting, many)

    assert written == Setting.objects.count() == 20_000


def test_rows_that_are_there_already_are_left_by_the_tail() -> None:
    Setting.objects.create(name="a", value="old")

    written = rows.insert(
        Setting,
        [{"name": "a", "value": "new"}, {"name": "b", "value": "new"}],
        tail="ON CONFLICT DO NOTHING",
    )

    assert written == 1
    assert dict(Setting.objects.values_list("name", "value")) == {"a": "old", "b": "new"}


def test_no_rows_are_no_statement() -> None:
    assert rows.insert(Setting, []) == 0


def test_a_name_that_is_no_column_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="valu"):
        rows.insert(Setting, [{"name": "a", "valu": "x"}])
