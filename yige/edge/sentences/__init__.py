"""The words of every refusal and of every fault in a body: what happened, and what would help.

A room refuses with a code and facts; here stands what a person reads. One table for each room,
`SAID` of the module with its name, so that a new code is one line in one place. Faults that a
refusal lists have their words in `PARTS`, by the refusal's code and what the fault is; so have
names of limits and columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from yige.edge.sentences.bodies import FAULTS, OTHER_FAULT
from yige.kernel.errors import Refusal

Text = str | Promise
Words = tuple[Text, Text]
"""A sentence and the advice that follows it ("" where the sentence says it all)."""

LONGEST_LIST = 8


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal in words: the sentence, what to do, and a sentence beside each refused field."""

    sentence: str
    advice: str
    fields: Mapping[str, str]


class _Facts(dict[str, Any]):
    """Facts on their way into a sentence: a list is joined, and what is not known is left out."""

    def __missing__(self, name: str) -> str:
        return ""


@cache
def every_sentence() -> dict[str, Words]:
    """Collect the tables of all rooms: code -> (sentence, advice)."""
    tables: dict[str, Words] = {}
    for module in iter_modules(__path__):
        tables |= getattr(import_module(f"{__name__}.{module.name}"), "SAID", {})
    return tables


def words_of(refusal: Refusal) -> Said:
    """Say a refusal in the reader's language."""
    sentence, advice = every_sentence().get(refusal.code, every_sentence()["kernel.refusal"])
    facts = _Facts(
        {name: _word(_parts(refusal.code, fact)) for name, fact in refusal.facts.items()}
    )
    return Said(str(sentence).format_map(facts), str(advice).format_map(facts), fields_of(refusal))


@cache
def _every_part() -> dict[tuple[str, str], Text]:
    tables: dict[tuple[str, str], Text] = {}
    for module in iter_modules(__path__):
        tables |= getattr(import_module(f"{__name__}.{module.name}"), "PARTS", {})
    return tables


def _parts(code: str, fact: object) -> object:
    """Say what has words of its own in a refusal: a limit by its name, a fault by what it is."""
    if isinstance(fact, (list, tuple)):
        return [_parts(code, each) for each in fact]
    if isinstance(fact, str):
        return str(_every_part().get((code, fact), fact))
    return _part(code, fact) if isinstance(fact, Mapping) else fact


def _part(code: str, fact: Mapping[str, Any]) -> object:
    known = _every_part()
    text = known.get((code, str(fact.get("what", "")))) or known.get((code, ""))
    if text is None:
        return fact
    return str(text).format_map(_Facts({name: _word(each) for name, each in fact.items()}))


def fields_of(refusal: Refusal) -> dict[str, str]:
    """Say what is wrong with each field of a body ("" stands for the body as a whole)."""
    faults: Any = refusal.facts.get("errors", ())
    return {str(f["field"]): fault_in_words(f) for f in faults if "field" in f and "type" in f}


def fault_in_words(fault: Mapping[str, Any]) -> str:
    """Say one fault of a field with its limits."""
    limits = {name: _word(limit) for name, limit in fault.get("limits", {}).items()}
    kind = str(fault["type"])
    if kind == "string_too_short" and fault.get("limits", {}).get("min_length") == 1:
        kind = "missing"
    return str(FAULTS.get(kind, OTHER_FAULT)).format_map(_Facts(limits))


def _word(fact: object) -> str:
    if isinstance(fact, (list, tuple)):
        shown = [_word(each) for each in fact[:LONGEST_LIST]]
        more = len(fact) - len(shown)
        if more:
            shown.append(gettext("and {more} more").format(more=more))
        return gettext(", ").join(shown)
    if isinstance(fact, float) and fact == int(fact):
        return f"{int(fact):,}"
    if isinstance(fact, Mapping):
        return gettext(", ").join(f"{name}: {_word(each)}" for name, each in fact.items())
    return "" if fact is None else str(fact)
