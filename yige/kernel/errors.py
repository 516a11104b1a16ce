"""The five ways a use case refuses: domain code gives kind, code and facts, `edge` the words.

A refusal that the user can act on carries the facts that would help
(`NoRoom(community=..., households=412, upper=400)`), never a ready sentence.
"""

from typing import ClassVar


class Refusal(Exception):
    """Say no, with a stable code and the facts that the sentence is made of.

    Facts are text, numbers, ids or lists of such: they travel as JSON.
    """

    kind: ClassVar[str] = "refusal"
    code: ClassVar[str] = "kernel.refusal"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({told})"


class Missing(Refusal):
    """What was asked for is not there, or not there for this reader."""

    kind = "missing"
    code = "kernel.missing"


class Forbidden(Refusal):
    """The actor may not do this."""

    kind = "forbidden"
    code = "kernel.forbidden"


class Invalid(Refusal):
    """The input cannot be right; it has to be changed before it is sent again."""

    kind = "invalid"
    code = "kernel.invalid"


class Conflict(Refusal):
    """The input was right for a state that has passed."""

    kind = "conflict"
    code = "kernel.conflict"


class Unavailable(Refusal):
    """It would have worked at another moment; the same request may be sent again."""

    kind = "unavailable"
    code = "kernel.unavailable"


def every_refusal() -> list[type[Refusal]]:
    """List each refusal that is defined, for the docs and the table of sentences."""
    found: list[type[Refusal]] = []
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            found.append(kind)
            waiting.append(kind)
    return sorted(found, key=lambda kind: kind.code)
