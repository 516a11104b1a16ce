"""Find the texts to translate in Python sources and in Django templates."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

SOURCE = "django.utils.translation"
ENDINGS = ("", "_lazy", "_noop")
CALLS = {
    f"{name}{ending}": name
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
    for ending in ENDINGS
}
# Which arguments are the context, the text and its plural.
ARGUMENTS = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
TRANSLATE = {"trans", "translate"}
BLOCK = {"blocktrans", "blocktranslate"}
CONSTANT = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]|(?<!\{)\{(\w+)\}(?!\})|(%[sd])")


class WordingError(ValueError):
    """A text is written so that it cannot be found for translation."""


@dataclass(frozen=True)
class Message:
    """One text as it is looked up at run time."""

    text: str
    where: str
    plural: str | None = None
    context: str | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        """Return what tells this text from all others."""
        return self.context, self.text


def placeholders(text: str) -> set[str]:
    """Return the names that are filled in when the text is shown."""
    return {next(filter(None, found)) for found in PLACEHOLDER.findall(text)}


def in_python(source: str, where: str) -> Iterator[Message]:
    """Find gettext calls, under whatever name they were imported."""
    tree = ast.parse(source)
    names = _imported(tree)
    for node in ast.walk(tree):
        kind = _kind(node.func, names) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and kind:
            yield from _messages(node, kind, f"{where}:{node.lineno}")


def _imported(tree: ast.Module) -> dict[str, str]:
    return {
        alias.asname or alias.name: CALLS[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == SOURCE
        for alias in node.names
        if alias.name in CALLS
    }


def _kind(called: ast.expr, names: dict[str, str]) -> str | None:
    if isinstance(called, ast.Name):
        return names.get(called.id)
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return CALLS.get(called.attr) if called.value.id == "translation" else None
    return None


def _messages(call: ast.Call, kind: str, where: str) -> Iterator[Message]:
    """Read one call; a text that comes in a variable is found where it is written."""
    context, text, plural = (_argument(call, at, where) for at in ARGUMENTS[kind])
    if text:
        yield Message(text, where, plural, context)


def _argument(call: ast.Call, at: int | None, where: str) -> str | None:
    if at is None or at >= len(call.args):
        return None
    given = call.args[at]
    if isinstance(given, ast.JoinedStr | ast.BinOp):
        raise WordingError(f"{where}: a text to translate must be one plain string")
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return given.value
    return None


def in_template(source: str, where: str) -> Iterator[Message]:
    """Find translate tags, blocktranslate blocks and `_("…")` in a template."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        place = f"{where}:{token.lineno}"
        if token.token_type not in {TokenType.BLOCK, TokenType.VAR}:
            continue
        for quoted in CONSTANT.findall(token.contents):
            yield Message(_shown(quoted), place)
        words = list(smart_split(token.contents))
        if token.token_type == TokenType.BLOCK and words[0] in TRANSLATE:
            yield from _translate(words, place)
        elif token.token_type == TokenType.BLOCK and words[0] in BLOCK:
            yield _block(words, tokens, place)


def _translate(words: list[str], where: str) -> Iterator[Message]:
    text = words[1].split("|")[0] if len(words) > 1 else ""
    if text[:1] in {'"', "'"}:
        yield Message(_shown(text), where, context=_context(words))


def _block(words: list[str], tokens: Iterator[Token], where: str) -> Message:
    parts: list[list[str]] = [[]]
    for token in tokens:
        word = token.contents.split()[0] if token.contents.strip() else ""
        if token.token_type == TokenType.BLOCK and word == f"end{words[0]}":
            break
        if token.token_type == TokenType.BLOCK:
            parts.append([])
        elif token.token_type == TokenType.VAR:
            parts[-1].append(f"%({token.contents})s")
        elif token.token_type == TokenType.TEXT:
            parts[-1].append(token.contents.replace("%", "%%"))
    texts = ["".join(part) for part in parts]
    if "trimmed" in words:
        texts = [trim_whitespace(text) for text in texts]
    return Message(texts[0], where, texts[1] if len(texts) > 1 else None, _context(words))


def _context(words: list[str]) -> str | None:
    return _unquoted(words[words.index("context") + 1]) if "context" in words else None


def _shown(quoted: str) -> str:
    # Django doubles the sign before it looks a text up, as it would in a block.
    return _unquoted(quoted).replace("%", "%%")


def _unquoted(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])
