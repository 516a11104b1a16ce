"""Insert rows by plain SQL: the one way past the ORM, for the hot write and the bulk load.

The statement and a converter for each column are made once per model, from the model's own
fields, so that a column has one definition and both databases get the form they store.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

Convert = Callable[[Any], Any]

MOST_VALUES = 30_000
"""SQLite takes 32,766 parameters a statement, PostgreSQL 65,535."""


class Table:
    """How rows of one model are written on the database in use."""

    def __init__(self, model: type[models.Model], vendor: str) -> None:
        self.columns = [
            f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)
        ]
        quoted = ", ".join(f'"{field.column}"' for field in self.columns)
        self.marks = f"({', '.join(['%s'] * len(self.columns))})"
        # Names of tables and columns come from the models, never from a user.
        self.insert = f'INSERT INTO "{model._meta.db_table}" ({quoted}) VALUES '  # noqa: S608
        self.copy = f'COPY "{model._meta.db_table}" ({quoted}) FROM STDIN'
        self.plan = [(f.attname, _default(f), _converter(f, vendor)) for f in self.columns]
        self.names = {name for name, _, _ in self.plan}

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        """Put one row's values in the order of the columns; raise on a name that is no column."""
        if not row.keys() <= self.names:
            raise KeyError(f"no such column: {', '.join(sorted(row.keys() - self.names))}")
        return [
            convert(row[name] if name in row else default())
            for name, default, convert in self.plan
        ]


def insert(model: type[models.Model], rows: Iterable[Mapping[str, Any]], *, tail: str = "") -> int:
    """Write rows given as {attname: value}; return how many were written.

    `tail` is a fixed SQL ending such as `ON CONFLICT DO NOTHING`. Defaults come from the fields.
    """
    table = table_of(model)
    all_rows = [table.values(row) for row in rows]
    at_once = max(1, MOST_VALUES // len(table.columns))
    written = 0
    with connection.cursor() as cursor:
        for start in range(0, len(all_rows), at_once):
            chunk = all_rows[start : start + at_once]
            marks = ", ".join([table.marks] * len(chunk))
            cursor.execute(f"{table.insert}{marks} {tail}", [v for row in chunk for v in row])
            written += cursor.rowcount
    return written


def load(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write very many rows by the fastest way the database has (COPY, or many a statement)."""
    table = table_of(model)
    values = (table.values(row) for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            number = 0
            with cursor.cursor.copy(table.copy) as copy:
                for row in values:
                    copy.write_row(row)
                    number += 1
            return number
        statement = f"{table.insert}{table.marks}".replace("%s", "?")
        cursor.cursor.connection.executemany(statement, values)
        return -1


def table_of(model: type[models.Model]) -> Table:
    """Return the (cached) way to write a model on the database in use."""
    return _table_of(model, connection.vendor)


@cache
def _table_of(model: type[models.Model], vendor: str) -> Table:
    return Table(model, vendor)


def as_key(value: UUID) -> UUID | str:
    """Write an id as a parameter of plain SQL."""
    return value.hex if connection.vendor == "sqlite" else value


def as_instant(value: datetime) -> datetime | str | None:
    """Write an instant as a parameter of plain SQL."""
    return as_stored_time(value) if connection.vendor == "sqlite" else value


def as_id(value: UUID | str) -> UUID:
    """Read an id that plain SQL has found."""
    return value if isinstance(value, UUID) else UUID(value)


def _default(field: "models.Field[Any, Any]") -> Callable[[], Any]:
    return field.get_default


def _converter(field: "models.Field[Any, Any]", vendor: str) -> Convert:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if vendor != "sqlite":
        return _as_it_is if not isinstance(field, models.UUIDField) else _as_uuid
    if isinstance(field, models.UUIDField):
        return _as_hex
    if isinstance(field, models.DateTimeField):
        return as_stored_time
    if isinstance(field, models.DateField):
        return _as_day
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _as_uuid(value: Any) -> Any:
    return UUID(value) if isinstance(value, str) else value


def _as_hex(value: UUID | str | None) -> str | None:
    if isinstance(value, UUID):
        return value.hex
    return value.replace("-", "") if value else None


def as_stored_time(value: datetime | None) -> str | None:
    """Write an instant as Django does on SQLite: naive UTC text, microseconds if any."""
    return None if value is None else str(value.astimezone(UTC).replace(tzinfo=None))


def _as_day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
