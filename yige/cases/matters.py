"""What may be reported, with its times: the list of matters that everybody may read."""

from dataclasses import dataclass

from django.utils.translation import get_language, ngettext

from yige.base import snapshot
from yige.cases import categories
from yige.cases.limits import Limit, Unit


@dataclass(frozen=True, slots=True)
class Matter:
    """A category with the times of its first answer and its end, in words."""

    code: str
    name: str
    answered_within: str
    finished_within: str
    first_handler: str
    is_emergency: bool


@dataclass(frozen=True, slots=True)
class Matters:
    """The matters of a group."""

    name: str
    matters: tuple[Matter, ...]


def matters_in_force() -> list[Matters]:
    """List the matters in use by group."""
    held, language = snapshot.take(), get_language() or "zh-hans"
    found: dict[str, list[Matter]] = {}
    for known in sorted(categories.known(held).values(), key=lambda leaf: leaf.code):
        if not known.is_ended:
            found.setdefault(known.parent, []).append(_matter(known, language))
    names = categories.groups(held)
    return [Matters(names[code], tuple(below)) for code, below in sorted(found.items())]


def in_words(limit: Limit | None) -> str:
    """Say a limit: 2 working hours, 5 days."""
    if limit is None:
        return "—"
    amount = int(limit.amount) if limit.amount == int(limit.amount) else limit.amount
    many = int(-(-limit.amount // 1))
    words = {
        Unit.HOURS: ngettext("{n} hour", "{n} hours", many),
        Unit.DAYS: ngettext("{n} day", "{n} days", many),
        Unit.WORKING_HOURS: ngettext("{n} working hour", "{n} working hours", many),
        Unit.WORKING_DAYS: ngettext("{n} working day", "{n} working days", many),
    }
    return words[limit.unit].format(n=amount)


def _matter(known: categories.Known, language: str) -> Matter:
    return Matter(
        known.code,
        known.name(language),
        in_words(known.respond_within),
        in_words(known.finish_within),
        known.first_handler,
        known.is_emergency,
    )
