"""What import contracts cannot see: who writes and who reads which rows."""

import tomllib
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.reading import (
    PACKAGE,
    ROOT,
    Source,
    atomic_requests,
    door_writes,
    foreign_writes,
    handlers_called,
    handlers_of,
    managers_used,
    signals_used,
    sources,
)

Rule = Callable[[Source], Iterator[str]]

RULES: dict[str, Rule] = {
    "a row is written only in its own room": foreign_writes,
    "a page writes through commands alone": door_writes,
    "a page reads through access and queries alone": managers_used,
    "news goes through the journal, not through signals": signals_used,
    "a request is no transaction": atomic_requests,
}

MODEL = "from yige.cases.models import Case\n"
CONTROLS: list[tuple[Rule, str, str]] = [
    (foreign_writes, "yige.channels.notify", MODEL + "Case(id=1)"),
    (foreign_writes, "yige.channels.notify", MODEL + "Case.objects.create(id=1)"),
    (foreign_writes, "yige.channels.notify", MODEL + "Case.objects.filter(id=1).update(a=2)"),
    (foreign_writes, "yige.channels.notify", MODEL + "case = Case.objects.get()\ncase.save()"),
    (foreign_writes, "yige.channels.notify", MODEL + "def f(case: Case):\n  case.delete()"),
    (foreign_writes, "yige.channels.notify", MODEL + "for c in Case.objects.all():\n  c.save()"),
    (
        foreign_writes,
        "yige.demo.year",
        MODEL + "from yige.base import rows\nrows.insert(Case, [])",
    ),
    (door_writes, "yige.web.cases.desk", MODEL + "Case.objects.filter(id=1).update(a=2)"),
    (door_writes, "yige.web.cases.desk", "def desk(request, form):\n  form.save()"),
    (door_writes, "yige.api.cases", "from yige.base.rows import insert\ninsert(None, [])"),
    (door_writes, "yige.api.cases", "cursor.execute('UPDATE cases_case SET level = 1')"),
    (door_writes, "yige.edge.etag", "cursor.execute(statement)"),
    (managers_used, "yige.edge.actors", MODEL + "Case.objects.get(id=1)"),
    (managers_used, "yige.web.cases.desk", MODEL + "Case._default_manager.first()"),
    (signals_used, "yige.cases.intake", "from django.db.models.signals import post_save"),
    (signals_used, "yige.cases.intake", "from django.db.models import signals"),
    (signals_used, "yige.web.shell", "from allauth.account.signals import user_logged_in"),
    (atomic_requests, "yige.config.settings", "DATABASES = {'default': {'ATOMIC_REQUESTS': 1}}"),
]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_the_house_keeps_its_rule(rule: Rule) -> None:
    found = [finding for source in sources() for finding in rule(source)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(("rule", "module", "text"), CONTROLS)
def test_a_breach_is_seen(rule: Rule, module: str, text: str) -> None:
    assert list(rule(Source(module, text)))


def test_a_room_may_write_its_own_rows() -> None:
    source = Source("yige.cases.intake", MODEL + "case = Case(id=1)\ncase.save()")

    assert not list(foreign_writes(source))


def test_no_page_calls_a_handler_past_the_door() -> None:
    handlers = frozenset(name for source in sources() for name in handlers_of(source))

    found = [finding for source in sources() for finding in handlers_called(source, handlers)]

    assert not found, "\n".join(found)


def test_a_handler_called_by_a_page_is_seen() -> None:
    handler = Source(
        "yige.cases.intake",
        "from yige.base.commands import command\n@command('cases.open')\ndef open_case(): ...",
    )
    page = Source("yige.web.cases.desk", "from yige.cases import intake\nintake.open_case()")

    assert list(handlers_called(page, frozenset(handlers_of(handler))))


def test_every_package_has_its_place_in_the_order() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    order = next(
        c for c in contracts["tool"]["importlinter"]["contracts"] if c["type"] == "layers"
    )
    placed = {name.strip(" ()") for layer in order["layers"] for name in layer.split("|")}

    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    assert packages <= placed
    assert order["exhaustive"]
