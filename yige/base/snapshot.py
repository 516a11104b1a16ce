"""What changes seldom and is read by every command: the city's values and the stamps of its data.

One small select gives all values in force and, for each set of rows that a process keeps in
memory (calendar, categories), the stamp of its last change. What was built stays as long as its
stamp does, in every process, without any message between them.
"""

from collections.abc import Callable, Mapping
from json import dumps, loads
from typing import Any, TypeVar, cast
from uuid import UUID

from yige.base.city import DECLARED, rows_in_force
from yige.base.models import Setting
from yige.base.reading import forget, once

T = TypeVar("T")

STAMP = "stamp."
KEEP = 8
_kept: dict[str, dict[object, object]] = {}


class Snapshot:
    """The city's values at one moment."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self._built: dict[str, object] = {}

    def value(self, name: str) -> Any:
        """Return the value in force: the city's own, else the declared default."""
        own = self.texts.get(name)
        return DECLARED[name].default if own is None else loads(own)

    def stamp(self, name: str) -> str:
        """Return the stamp of the last change to a set of rows ("" before the first)."""
        return self.texts.get(f"{STAMP}{name}", "")

    def kept(self, name: str, build: Callable[[], T], *, on: tuple[str, ...] = ()) -> T:
        """Return what `build` made of a set of rows, built again when its stamp has changed.

        `on` names the settings that it is made from as well.
        """
        if name not in self._built:
            key = (self.stamp(name), *(self.texts.get(setting) for setting in on))
            self._built[name] = _shelf(name, key, build)
        return cast(T, self._built[name])


def _shelf(name: str, key: object, build: Callable[[], T]) -> T:
    """Return what stands under a key, or build it; only the last few are kept."""
    shelf = _kept.setdefault(name, {})
    found = shelf.get(key)
    if found is None:
        found = shelf[key] = build()
        for old in list(shelf)[:-KEEP]:
            shelf.pop(old, None)
    return cast(T, found)


def take() -> Snapshot:
    """Read all values and stamps; once for a page that is read."""
    return once("base.snapshot", _read)


def _read() -> Snapshot:
    return Snapshot({name: value for name, (value, _) in rows_in_force().items()})


def stamp(name: str, *, by: UUID) -> None:
    """Note that a command changed a set of rows."""
    Setting.objects.update_or_create(
        name=f"{STAMP}{name}", defaults={"value": dumps(str(by)), "changed_by": by}
    )
    forget()
