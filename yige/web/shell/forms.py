"""What a form on a page shows: values as typed, and the sentence beside each refused field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from yige.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is drawn: `fresh` at first, `refused` after a refusal with nothing typed lost.

    `name` keeps the ids of two forms on one page apart. `command_id` is born with the form, so
    that sending it twice does things once. `quote` is the number to quote on the phone.
    """

    name: str = "form"
    values: Mapping[str, list[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    quote: str = ""
    command_id: str = field(default_factory=lambda: str(new_id()))

    @classmethod
    def fresh(cls, name: str = "form", **values: object) -> "Form":
        """Make a form to be filled in, with what is known beforehand."""
        known = {key: _texts(value) for key, value in values.items() if value is not None}
        return cls(name=name, values=known)

    @classmethod
    def refused(
        cls,
        typed: QueryDict,
        *,
        errors: Mapping[str, str] | None = None,
        refusal: str = "",
        quote: str = "",
        name: str = "form",
    ) -> "Form":
        """Make the same form again from what was sent, with what was wrong.

        It gets a new command id: corrected input is another command.
        """
        values = {key: [str(value) for value in texts] for key, texts in typed.lists()}
        return cls(name=name, values=values, errors=errors or {}, refusal=refusal, quote=quote)

    @property
    def is_refused(self) -> bool:
        return bool(self.errors or self.refusal)

    def value(self, key: str) -> str:
        """Give the (last) value of a field as text."""
        texts = self.values.get(key) or [""]
        return texts[-1]

    def chosen(self, key: str) -> list[str]:
        """Give all values of a field of choices."""
        return list(self.values.get(key, ()))

    def id_of(self, key: str) -> str:
        return f"{self.name}-{key}"


def _texts(value: object) -> list[str]:
    if isinstance(value, (list, tuple, set, frozenset)):
        return [str(part) for part in value]
    return [str(value)]
