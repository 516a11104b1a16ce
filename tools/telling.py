"""Find in the sources which events are told, and with which facts.

An event is told by `call.tell("room.happened", …)`, or through a function of the room that hands
its own argument on to `call.tell`.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from types import ModuleType

PLACED = frozenset({"subject", "area", "unit"})


class TellingError(ValueError):
    """The kind of an event cannot be read from the source."""


@dataclass(frozen=True)
class Text:
    """The source of one module."""

    name: str
    source: str
    module: object = None

    @cached_property
    def tree(self) -> ast.Module:
        """Return the syntax of the module."""
        return ast.parse(self.source)

    def said(self, given: ast.expr) -> Iterator[str]:
        """Give the texts that an expression may be."""
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            yield given.value
        elif isinstance(given, ast.IfExp):
            yield from self.said(given.body)
            yield from self.said(given.orelse)
        elif isinstance(given, ast.JoinedStr):
            parts = [list(self.said(part)) for part in given.values]
            yield from ("".join(words) for words in product(*parts))
        elif isinstance(given, ast.FormattedValue):
            yield from self.said(given.value)
        elif isinstance(given, ast.Name):
            for value in self._assigned(given.id):
                yield from self.said(value)
            if isinstance(known := getattr(self.module, given.id, None), str):
                yield known

    def _assigned(self, name: str) -> Iterator[ast.expr]:
        for node in ast.walk(self.tree):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                yield node.value  # type: ignore[attr-defined]


def told(texts: Iterable[Text]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Give each telling: the kind of event, the module, the names of its facts.

    Raises TellingError where a kind is put together at run time.
    """
    texts = list(texts)
    handing_on = {name: at for text in texts for name, at in _handing_on(text)}
    for text in texts:
        for call, at in _tellings(text, handing_on):
            facts = frozenset(word.arg for word in call.keywords if word.arg) - PLACED
            kinds = set(text.said(call.args[at])) if len(call.args) > at else set()
            if not kinds and not _is_handed_on(text, call, at):
                raise TellingError(f"{text.name}:{call.lineno}: an event's kind must be plain")
            for kind in sorted(kinds):
                yield kind, text.name, facts


def _handing_on(text: Text) -> Iterator[tuple[str, int]]:
    """Give the functions that tell what they are told to tell, and at which place."""
    for function in _functions(text):
        names = [argument.arg for argument in function.args.args]
        for call in _tells(function):
            given = call.args[0]
            if isinstance(given, ast.Name) and given.id in names:
                yield f"{text.name}.{function.name}", names.index(given.id)


def _is_handed_on(text: Text, call: ast.Call, at: int) -> bool:
    """Tell whether the kind is an argument of the function that stands around this call."""
    given = call.args[at] if len(call.args) > at else None
    return isinstance(given, ast.Name) and any(
        given.id in {argument.arg for argument in function.args.args}
        for function in _functions(text)
        if call in set(ast.walk(function))
    )


def _tellings(text: Text, handing_on: Mapping[str, int]) -> Iterator[tuple[ast.Call, int]]:
    """Give each call that tells an event, and the place of its kind."""
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Call):
            name = _full_name(text, node.func)
            if name in handing_on:
                yield node, handing_on[name]
            elif not name and _is_tell(node):
                yield node, 0


def _full_name(text: Text, called: ast.expr) -> str:
    """Return module and name of a function of the house, or an empty text for anything else."""
    if isinstance(called, ast.Name):
        found = getattr(text.module, called.id, None)
        return f"{getattr(found, '__module__', '')}.{called.id}" if callable(found) else ""
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        found = getattr(text.module, called.value.id, None)
        return f"{found.__name__}.{called.attr}" if isinstance(found, ModuleType) else ""
    return ""


def _tells(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_tell(node))


def _is_tell(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "tell" and bool(call.args)


def _functions(text: Text) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(text.tree) if isinstance(node, ast.FunctionDef))
