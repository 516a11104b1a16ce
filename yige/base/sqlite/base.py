"""SQLite whose write transactions wait in the kernel's queue, not in SQLite's retry loop.

`BEGIN IMMEDIATE` polls with growing pauses while another process writes, so that one of several
writers starves for seconds. An exclusive `flock` taken first wakes them one after another.

What Django does to each statement before SQLite sees it is done once for each text.
"""

import fcntl
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base


class Cursor(base.SQLiteCursorWrapper):
    """Turn a statement's marks into SQLite's, and remember what came out."""

    def convert_query(self, query: str, *, param_names: Sequence[str] | None = None) -> str:
        if param_names is None:
            return _converted(query)
        named: str = super().convert_query(query, param_names=param_names)
        return named


@lru_cache(maxsize=512)
def _converted(query: str) -> str:
    marked: str = base.FORMAT_QMARK_REGEX.sub("?", query)
    return marked.replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    """Hold `<database>.lock` for as long as a write transaction is open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._queue: int | None = None

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        self._stand_in_line()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._step_aside()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._step_aside()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._step_aside()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._step_aside()

    def _stand_in_line(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self.is_in_memory_db() or self._queue is not None:
            return
        self._queue = os.open(f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._queue, fcntl.LOCK_EX)

    def _step_aside(self) -> None:
        if self._queue is not None:
            os.close(self._queue)
            self._queue = None
