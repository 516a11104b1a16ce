"""What the code offers has its line in docs/reference, and no line speaks of what is gone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import reference

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"YIGE_[A-Z_]+")
PAGES = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def wanted() -> dict[Path, str]:
    return reference.pages(list(reference.loaded()))


def test_every_command_event_error_and_job_has_its_line(wanted: dict[Path, str]) -> None:
    stale = [path.name for path, text in wanted.items() if reference.read(path) != text]

    assert not stale, "run `make reference`"


def test_no_page_is_kept_for_a_room_that_is_gone(wanted: dict[Path, str]) -> None:
    made = {path for path in PAGES.glob("*.md") if reference.BEGIN in path.read_text("utf-8")}

    assert made <= set(wanted)


def test_every_setting_has_its_line() -> None:
    page = (PAGES / "settings.md").read_text("utf-8")

    missing = [name for name in sorted(set(_settings())) if f"`{name}`" not in page]

    assert not missing


def test_the_settings_page_names_no_setting_that_is_gone() -> None:
    page = (PAGES / "settings.md").read_text("utf-8")
    rows = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `YIGE_")]

    assert set(rows) <= set(_settings()) | {"YIGE_DATA"}


def test_the_code_asks_for_no_setting_that_nobody_can_set() -> None:
    from yige.config import settings

    asked = {name for tree in _trees() for node in ast.walk(tree) if (name := _asked(node))}

    assert asked <= set(vars(settings))


def _trees() -> Iterator[ast.Module]:
    for path in (ROOT / "yige").rglob("*.py"):
        yield ast.parse(path.read_text("utf-8"))


def _settings() -> Iterator[str]:
    """Give the names by which an operator sets something."""
    yield "YIGE_HOME"
    for tree in _trees():
        for node in ast.walk(tree):
            if name := _first_text(node, {"said", "is_on"}):
                yield f"YIGE_{name.upper()}"


def _asked(node: ast.AST) -> str:
    """Return the name in `settings.YIGE_…` or `getattr(settings, "YIGE_…")`."""
    name = node.attr if isinstance(node, ast.Attribute) else ""
    if isinstance(node, ast.Call) and _first_text(node, {"getattr"}, at=1):
        name = _first_text(node, {"getattr"}, at=1)
    return name if NAME.fullmatch(name) else ""


def _first_text(node: ast.AST, called: set[str], *, at: int = 0) -> str:
    """Return the text that stands at a place in a call of one of these functions."""
    function = node.func if isinstance(node, ast.Call) else None
    if not isinstance(function, ast.Name) or function.id not in called:
        return ""
    given = node.args[at] if len(node.args) > at else None
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""
