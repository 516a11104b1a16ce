"""From a form on a page to a command, and from its refusal back to the form.

    tried = forms.run_posted(request, "cases.add_note", case=case.id)
    if tried.is_done:
        return redirect(...)
    form = Form.refused(request.POST, **tried.for_form())
    return render(request, "cases/note.html", {"form": form}, status=tried.status)

The hidden field `command_id` is born with the form, so that sending it twice does things once.
Fields are named as in the command's body; `place.lon` reaches into a part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin
from uuid import UUID

from django.http import HttpRequest, QueryDict
from pydantic import BaseModel

from yige.base.commands import Outcome, Stale, command_named, run
from yige.edge.actors import actor_of
from yige.edge.refusals import note, number_of, status_of
from yige.edge.sentences import words_of
from yige.kernel.errors import Refusal
from yige.kernel.ids import is_id, new_id

COMMAND_ID: Final = "command_id"
BASED_ON: Final = "based_on"
PURPOSE: Final = "purpose"


@dataclass(frozen=True, slots=True)
class Tried:
    """A form's command that was tried: its outcome, or what to show beside the fields.

    `is_stale` says that the row has changed meanwhile: the view then shows the present values
    beside the typed ones, and `facts` tell when and by which role it was changed.
    """

    outcome: Outcome | None
    status: int = 200
    refusal: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    quote: str = ""
    is_stale: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Tell whether the command was accepted (done, or deferred to somebody else)."""
        return self.outcome is not None

    def for_form(self) -> dict[str, Any]:
        """Give what `Form.refused` takes besides the typed values."""
        return {"errors": self.errors, "refusal": self.refusal, "quote": self.quote}


def run_posted(request: HttpRequest, name: str, **known: Any) -> Tried:
    """Read the form that was posted as the body of a command and run it, once.

    `known` are values of the body that the address says and not the form.
    """
    body = body_of(request.POST, command_named(name).body) | _plain(known)
    try:
        outcome = run(
            name,
            body,
            id=command_id_of(request),
            actor=actor_of(request),
            purpose=request.POST.get(PURPOSE, ""),
            based_on=_based_on(request.POST.get(BASED_ON, "")),
        )
    except Refusal as refusal:
        return refused(request, refusal)
    return Tried(outcome)


def command_id_of(request: HttpRequest) -> UUID:
    """Return the id a form was born with; a form without one gets its id here, once."""
    known: UUID | None = getattr(request, "command_id", None)
    if known is None:
        said = str(request.POST.get(COMMAND_ID, ""))
        known = UUID(said) if is_id(said) else new_id()
        request.command_id = known  # type: ignore[attr-defined]
    return known


def refused(request: HttpRequest, refusal: Refusal) -> Tried:
    """Put a refusal into words for the form that it answers."""
    note(request, refusal)
    words = words_of(refusal)
    sentence = " ".join(part for part in (words.sentence, words.advice) if part)
    return Tried(
        outcome=None,
        status=status_of(refusal),
        refusal=sentence,
        errors=words.fields,
        quote=number_of(request),
        is_stale=isinstance(refusal, Stale),
        facts=refusal.facts,
    )


def body_of(typed: QueryDict, schema: type[BaseModel]) -> dict[str, Any]:
    """Read the fields of a schema from a form; what was left empty is left out.

    Texts stay as they were typed: whether they are numbers, dates or too long is the schema's
    own question, asked at the door.
    """
    body = {}
    for name, info in schema.model_fields.items():
        found = _read(typed, name, info.annotation)
        if found is not None:
            body[name] = found
    return body


def _read(typed: QueryDict, name: str, kind: Any) -> Any:
    kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        parts = {
            part: found
            for part, info in kind.model_fields.items()
            if (found := _read(typed, f"{name}.{part}", info.annotation)) is not None
        }
        return parts or None
    if kind is bool:
        return _tick(typed, name)
    if get_origin(kind) in (list, tuple, set, frozenset):
        texts = [text for text in typed.getlist(name) if text != ""]
        return texts or None
    text = typed.get(name, "")
    return None if text == "" else text


def _tick(typed: QueryDict, name: str) -> bool | str | None:
    """Read a tick box (`on`, or nothing at all) or a choice of yes and no."""
    text = typed.get(name)
    return text == "on" if text in (None, "on", "") else text


def _bare(kind: Any) -> Any:
    """Take the kind out of `Annotated[kind, …]` and of `kind | None`."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        parts = [part for part in get_args(kind) if part is not type(None)]
        kind = parts[0]
    return kind


def _based_on(text: str) -> UUID | int | None:
    if text.isdigit():
        return int(text)
    return UUID(text) if is_id(text) else None


def _plain(known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(fact) if isinstance(fact, UUID) else fact for name, fact in known.items()}
