"""Insert rows by plain SQL: the one way past the ORM, for the hot write and the bulk load.

The statement and a converter for each column are made once per model, from the model's own
fields, so that a column has one definition and both databases get the form they store.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, Final
from uuid import UUID

from django.db import connection, models

Convert = Callable[[Any], Any]

MOST_VALUES = 30_000
"""SQLite takes 32,766 parameters a statement, PostgreSQL 65,535."""
STAGE: Final = "rows_on_their_way"


class Table:
    """How rows of one model are written on the database in use."""

    def __init__(self, model: type[models.Model], vendor: str) -> None:
        self.columns = [
            f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)
        ]
        # Names of tables and columns come from the models, never from a user.
        self.name = f'"{model._meta.db_table}"'
        self.quoted = ", ".join(f'"{field.column}"' for field in self.columns)
        self.marks = f"({', '.join(['%s'] * len(self.columns))})"
        self.insert = f"INSERT INTO {self.name} ({self.quoted})"
        self.names = tuple(field.attname for field in self.columns)
        self.defaults = {field.attname: field.get_default for field in self.columns}
        converters = [_converter(field, vendor) for field in self.columns]
        self.converters = [(n, convert) for n, convert in enumerate(converters) if convert]

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        """Put one row's values in the order of the columns; raise on a name that is no column."""
        whole = row if len(row) == len(self.names) else self._whole(row)
        values = [whole[name] for name in self.names]
        for n, convert in self.converters:
            values[n] = convert(values[n])
        return values

    def _whole(self, row: Mapping[str, Any]) -> dict[str, Any]:
        if unknown := row.keys() - self.defaults.keys():
            raise KeyError(f"no such column: {', '.join(sorted(unknown))}")
        left = self.defaults.keys() - row.keys()
        return {**row, **{name: self.defaults[name]() for name in left}}


def insert(model: type[models.Model], rows: Iterable[Mapping[str, Any]], *, tail: str = "") -> int:
    """Write rows given as {attname: value}; return how many were written.

    `tail` is a fixed SQL ending such as `ON CONFLICT DO NOTHING`. Defaults come from the fields.
    """
    return insert_values(model, map(table_of(model).values, rows), tail=tail)


def insert_values(
    model: type[models.Model], values: Iterable[Sequence[Any]], *, tail: str = ""
) -> int:
    """Write rows whose values stand ready, as `Table.values` gives them; return how many."""
    table, all_rows = table_of(model), list(values)
    at_once = max(1, MOST_VALUES // len(table.columns))
    written = 0
    with connection.cursor() as cursor:
        for start in range(0, len(all_rows), at_once):
            chunk = all_rows[start : start + at_once]
            marks = ", ".join([table.marks] * len(chunk))
            cursor.execute(
                f"{table.insert} VALUES {marks} {tail}", [v for row in chunk for v in row]
            )
            written += cursor.rowcount
    return written


def load(model: type[models.Model], rows: Iterable[Mapping[str, Any]], *, tail: str = "") -> None:
    """Write very many rows by the fastest way of the database; `tail` is as for `insert`."""
    load_values(model, map(table_of(model).values, rows), tail=tail)


def load_values(
    model: type[models.Model], values: Iterable[Sequence[Any]], *, tail: str = ""
) -> None:
    """Write very many rows whose values stand ready, as `Table.values` gives them."""
    table = table_of(model)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(table, values, tail, cursor.cursor)
        else:
            statement = f"{table.insert} VALUES {table.marks} {tail}".replace("%s", "?")
            cursor.cursor.connection.executemany(statement, values)


def _copy(table: Table, values: Iterable[Sequence[Any]], tail: str, cursor: Any) -> None:
    """COPY into the table, or by way of a passing one where rows may be there already."""
    target = STAGE if tail else table.name
    if tail:
        empty = f"SELECT {table.quoted} FROM {table.name} LIMIT 0"  # noqa: S608 - as above
        cursor.execute(f"CREATE TEMP TABLE {STAGE} AS {empty}")
    with cursor.copy(f"COPY {target} ({table.quoted}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)
    if tail:
        cursor.execute(f"{table.insert} SELECT {table.quoted} FROM {STAGE} {tail}")  # noqa: S608
        cursor.execute(f"DROP TABLE {STAGE}")


@cache
def table_of(model: type[models.Model]) -> Table:
    """Return the (cached) way to write a model on the database in use."""
    return Table(model, connection.vendor)


def as_key(value: UUID) -> UUID | str:
    """Write an id as a parameter of plain SQL."""
    return value.hex if connection.vendor == "sqlite" else value


def as_instant(value: datetime) -> datetime | str | None:
    """Write an instant as a parameter of plain SQL."""
    return as_stored_time(value) if connection.vendor == "sqlite" else value


def as_id(value: UUID | str) -> UUID:
    """Read an id that plain SQL has found."""
    return value if isinstance(value, UUID) else UUID(value)


def _converter(field: "models.Field[Any, Any]", vendor: str) -> Convert | None:
    """Return what the database needs done to a value of this column, if anything."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if vendor != "sqlite":
        return _as_uuid if isinstance(field, models.UUIDField) else None
    if isinstance(field, models.UUIDField):
        return _as_hex
    if isinstance(field, models.DateTimeField):
        return as_stored_time
    return as_day if isinstance(field, models.DateField) else None


def _as_uuid(value: Any) -> Any:
    return UUID(value) if isinstance(value, str) else value


def _as_hex(value: UUID | str | None) -> str | None:
    if isinstance(value, UUID):
        return value.hex
    return value.replace("-", "") if value else None


@lru_cache(maxsize=1024)
def as_stored_time(value: datetime | None) -> str | None:
    """Write an instant as Django does on SQLite: naive UTC text, microseconds if any."""
    if value is None:
        return None
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(" ")[: -len("+00:00")]


@lru_cache
def as_day(value: date | None) -> str | None:
    """Write a day as Django does on SQLite."""
    return None if value is None else value.isoformat()
