"""One look at what changes seldom, for as long as a page is being read.

The city's values and stamps are asked for by many parts of a page, and of a command. Within
`one_look` each is read once, so that it also sees one state of them. Whoever changes what was
read, or has waited for somebody who may have, lets it be asked anew by `forget`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar, cast

T = TypeVar("T")

_SEEN: Final[ContextVar[dict[str, Any] | None]] = ContextVar("seen", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Answer each question of `once` a single time until the end of this block.

    Within another look it is the same one: commands of a batch share theirs. One that fails has
    perhaps seen what is now undone.
    """
    if _SEEN.get() is not None:
        try:
            yield
        except BaseException:
            forget()
            raise
        return
    before = _SEEN.set({})
    try:
        yield
    finally:
        _SEEN.reset(before)


def once(name: str, ask: Callable[[], T]) -> T:
    """Ask, or within one look give the answer that was given before."""
    seen = _SEEN.get()
    if seen is None:
        return ask()
    if name not in seen:
        seen[name] = ask()
    return cast(T, seen[name])


def forget() -> None:
    """Ask anew from here on."""
    seen = _SEEN.get()
    if seen is not None:
        seen.clear()
