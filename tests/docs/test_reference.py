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


def _settings() -> Iterator[str]:
    """Read the names of settings from the texts and calls that speak of them."""
    for path in (ROOT / "yige").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and NAME.fullmatch(str(node.value)):
                yield node.value
            elif name := _read_by_name(node):
                yield f"YIGE_{name.upper()}"


def _read_by_name(node: ast.AST) -> str:
    """Return the name in `said("name")` or `is_on("name")`."""
    called = node.func if isinstance(node, ast.Call) else None
    if not isinstance(called, ast.Name) or called.id not in {"said", "is_on"} or not node.args:
        return ""
    return str(node.args[0].value) if isinstance(node.args[0], ast.Constant) else ""
