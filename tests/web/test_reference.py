"""The page on pages names no tag, class or attribute that does not exist."""

import re
from pathlib import Path

import pytest

from yige.web.shell.tags import register

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "pages.md").read_text("utf-8")
STYLES = "".join(path.read_text("utf-8") for path in (ROOT / "frontend" / "src").rglob("*.css"))
SCRIPTS = "".join(path.read_text("utf-8") for path in (ROOT / "frontend" / "src").rglob("*.ts"))
DJANGOS = {"extends", "block", "endblock", "translate", "csrf_token", "load"}


def test_every_tag_of_the_page_exists() -> None:
    named = set(re.findall(r"{%-?\s*(\w+)", PAGE)) - DJANGOS

    assert named <= set(register.tags)


def test_every_tag_and_filter_of_the_house_has_its_line() -> None:
    missing = [name for name in {*register.tags, *register.filters} if name not in PAGE]

    assert missing == ["bound_field"]


@pytest.mark.parametrize("name", sorted(set(re.findall(r'class="([\w -]+)"', PAGE))))
def test_every_class_of_the_page_has_its_style(name: str) -> None:
    for each in name.split():
        assert f".{each}" in STYLES


@pytest.mark.parametrize("name", sorted(set(re.findall(r"data-([a-z-]+)", PAGE))))
def test_every_attribute_of_the_page_is_read_somewhere(name: str) -> None:
    camel = re.sub(r"-(\w)", lambda letter: letter.group(1).upper(), name)

    assert f"data-{name}" in STYLES + SCRIPTS or f'dataset["{camel}"]' in SCRIPTS
