"""A refusal as one line of text: for the terminal, and for a job that was refused earlier."""

from collections.abc import Mapping
from typing import Any

from yige.edge.sentences import words_of
from yige.kernel.errors import Refusal


def sentence_of(refusal: Refusal) -> str:
    """Say a refusal with its advice and the fault of each field in one line."""
    words = words_of(refusal)
    fields = [f"{name}: {said}" for name, said in words.fields.items() if name]
    return " ".join(part for part in (words.sentence, words.advice, *fields) if part)


def sentence_told(code: str, facts: Mapping[str, Any]) -> str:
    """Say a refusal that was kept as code and facts."""
    refusal = Refusal(**facts)
    refusal.code = code  # type: ignore[misc]
    return sentence_of(refusal)
