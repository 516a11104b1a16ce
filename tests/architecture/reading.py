"""Read the house's source files and find in them what the architecture forbids."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "yige"
DOORS = frozenset({"web", "api", "edge"})
WRITES = frozenset({
    "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update",
    "delete", "save", "acreate", "aupdate", "adelete", "asave", "add", "set", "remove", "clear",
})  # fmt: skip
SURE_WRITES = WRITES - {"update", "add", "set", "remove", "clear"}
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
ROWS = "yige.base.rows"
SIGNALS = ("django.dispatch", "django.core.signals", "django.db.models.signals")


@dataclass(frozen=True)
class Source:
    """One module of the house."""

    module: str
    text: str

    @property
    def room(self) -> str:
        """Return the package below `yige` that holds the module."""
        return self.module.partition(".")[2].partition(".")[0]

    @cached_property
    def tree(self) -> ast.Module:
        """Return the module's syntax."""
        return ast.parse(self.text)

    @cached_property
    def imported(self) -> dict[str, str]:
        """Return what each name of an import stands for, in full."""
        names = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    names[alias.asname or alias.name.split(".")[0]] = alias.name
        return names

    def in_full(self, node: ast.expr) -> str:
        """Return the full dotted name that an expression begins with, or an empty text."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, "")
        if isinstance(node, ast.Attribute):
            before = self.in_full(node.value)
            return f"{before}.{node.attr}" if before else ""
        return ""

    def at(self, node: ast.AST, what: str) -> str:
        """Return a finding as a line that leads to its place."""
        return f"{self.module}:{getattr(node, 'lineno', 0)}: {what}"


@cache
def sources() -> tuple[Source, ...]:
    """Return every module of the house but the migrations."""
    return tuple(
        Source(_module(path), path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "migrations" not in path.parts
    )


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def foreign_writes(source: Source) -> Iterator[str]:
    """Find models of another room that are made, saved, changed or deleted here."""
    rows = {
        name for name, model in source.imported.items() if _owner(model) not in {"", source.room}
    }
    yield from _writes_to(source, rows)


def door_writes(source: Source) -> Iterator[str]:
    """Find rows of any room that a page or the API writes past the commands."""
    if source.room not in DOORS:
        return
    yield from _writes_to(source, {name for name, m in source.imported.items() if _owner(m)})
    for call in _calls(source.tree):
        if (verb := _verb(call)) in SURE_WRITES:
            yield source.at(call, f".{verb}() in {source.room}")
        if verb.startswith("execute") and not _is_select(call):
            yield source.at(call, f".{verb}() in {source.room}")
        if source.in_full(call.func).startswith(f"{ROWS}."):
            yield source.at(call, f"rows written in {source.room}")


def handlers_called(source: Source, handlers: frozenset[str]) -> Iterator[str]:
    """Find commands' handlers that a page or the API calls itself, past the door."""
    if source.room in DOORS:
        for call in _calls(source.tree):
            if (name := source.in_full(call.func)) in handlers:
                yield source.at(call, f"{name} called past the door")


def managers_used(source: Source) -> Iterator[str]:
    """Find rows that a page or the API reads past access.py and queries.py."""
    if source.room in DOORS:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
                yield source.at(node, f".{node.attr} in {source.room}")


def signals_used(source: Source) -> Iterator[str]:
    """Find imports of Django's signals, or of anybody else's."""
    for node in ast.walk(source.tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        if any(name.startswith(SIGNALS) or name.endswith(".signals") for name in names):
            yield source.at(node, "signals")


def atomic_requests(source: Source) -> Iterator[str]:
    """Find the setting that would wrap every page in one transaction."""
    for node in ast.walk(source.tree):
        named = isinstance(node, ast.Name) and node.id == "ATOMIC_REQUESTS"
        if named or (isinstance(node, ast.Constant) and node.value == "ATOMIC_REQUESTS"):
            yield source.at(node, "ATOMIC_REQUESTS")


def handlers_of(source: Source) -> Iterator[str]:
    """Return the full names of the functions that are commands' handlers."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if source.in_full(called) == "yige.base.commands.command":
                    yield f"{source.module}.{node.name}"


def _owner(name: str) -> str:
    """Return the room whose model this full name is, or an empty text."""
    parts = name.split(".")
    is_model = len(parts) > 3 and parts[0] == "yige" and parts[2] == "models"
    return parts[1] if is_model and parts[-1][:1].isupper() else ""


def _writes_to(source: Source, models: set[str]) -> Iterator[str]:
    """Find calls that make or change rows of these models, also through a variable."""
    held = models | _holding(source.tree, models)
    for call in _calls(source.tree):
        if isinstance(call.func, ast.Name) and call.func.id in models:
            yield source.at(call, f"{call.func.id}() made in {source.room}")
        elif (verb := _verb(call)) in WRITES and _root(call.func) in held:
            yield source.at(call, f".{verb}() in {source.room}")
        if source.in_full(call.func).startswith(f"{ROWS}."):
            for argument in call.args:
                if isinstance(argument, ast.Name) and argument.id in models:
                    yield source.at(call, f"{argument.id} written by rows in {source.room}")


def _holding(tree: ast.Module, models: set[str]) -> set[str]:
    """Return the variables that hold a row or a queryset of these models."""
    held: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _root(node.value) in models:
            held |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.For) and _root(node.iter) in models:
            held |= {node.target.id} if isinstance(node.target, ast.Name) else set()
        elif isinstance(node, ast.arg) and isinstance(node.annotation, ast.Name):
            held |= {node.arg} if node.annotation.id in models else set()
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            named = isinstance(node.annotation, ast.Name) and node.annotation.id in models
            held |= {node.target.id} if named else set()
    return held


def _root(node: ast.expr) -> str:
    """Return the name at the head of a chain such as `Case.objects.filter(…).first()`."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_select(call: ast.Call) -> bool:
    said = call.args[0] if call.args else None
    return isinstance(said, ast.Constant) and str(said.value).startswith("SELECT ")


def _verb(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))
