"""The tree of categories with their time limits: a data file, read into rows by a command."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from yige.base import snapshot
from yige.base.access import Actor, Role
from yige.base.city import declare
from yige.base.commands import Call, command
from yige.base.fields import Body
from yige.base.rows import insert
from yige.base.snapshot import Snapshot
from yige.cases.errors import CategoriesWrong, NoSuchCategory
from yige.cases.limits import Limit, LimitWrong, read_limit
from yige.cases.models import Category

SHIPPED: Final = Path(__file__).parent / "data" / "categories.csv"
STAMP: Final = "categories"
OTHER: Final = "1299"
EMERGENCY, RESTRICTED = "E", "S"
COLUMNS: Final = ("code", "parent", "zh", "en", "respond_within", "finish_within",
                  "first_handler", "flags", "source")  # fmt: skip
GRASSROOTS: Final = "cases.grassroots"

declare(
    GRASSROOTS,
    ["网格", "社区", "物业", "双报到"],
    label=_("First handlers to whom a matter may be handed down"),
    source="rule that matters for departments are not sent down; the words are our reading",
)


@dataclass(frozen=True, slots=True)
class Known:
    """A leaf of the tree as rules and pages use it."""

    code: str
    parent: str
    name_zh: str
    name_en: str
    respond_within: Limit | None
    finish_within: Limit | None
    first_handler: str
    is_emergency: bool
    is_restricted: bool
    is_ended: bool

    def name(self, language: str) -> str:
        """Return the name in a language of the pages."""
        return self.name_en if language.startswith("en") else self.name_zh


@dataclass(frozen=True, slots=True)
class Tree:
    """The whole table: leaves by code, and the names of the groups (Chinese, English)."""

    leaves: Mapping[str, Known]
    groups: Mapping[str, tuple[str, str]]


class TableSaid(Body):
    """A category table as CSV with a header; none is the one that this release ships."""

    text: str = Field(default="", max_length=500_000)


def may_keep_categories(actor: Actor, body: object) -> bool:
    """The system administrator keeps workflow and categories."""
    return actor.holds(Role.SYSTEM_ADMIN, Role.SYSTEM)


@command("cases.load_categories", may=may_keep_categories)
def load_categories(call: Call, said: TableSaid) -> dict[str, int]:
    """Enter or update the categories of a table; those it leaves out are ended, not removed.

    Without a table it is the one of this release, which leaves categories alone that the city
    has entered or changed already.
    """
    rows = read_rows(said.text or SHIPPED.read_text("utf-8"))
    held = {category.code: category for category in Category.objects.all()}
    new = {code: row for code, row in rows.items() if code not in held}
    changed = insert(Category, ({"code": c} | row for c, row in sorted(new.items(), key=_tree)))
    if said.text:
        changed += sum(_update(held[code], rows[code]) for code in rows.keys() & held.keys())
        gone = Category.objects.filter(ended_at=None).exclude(code__in=rows)
        changed += gone.update(ended_at=call.at)
    if changed:
        snapshot.stamp(STAMP, by=call.id)
        call.tell("cases.categories_loaded", changed=changed)
    return {"changed": changed}


def known(held: Snapshot) -> Mapping[str, Known]:
    """Return the leaves by code, kept in memory until the table changes."""
    return held.kept(STAMP, _read).leaves


def leaf(code: str, held: Snapshot) -> Known:
    """Return one leaf that is in use, or raise NoSuchCategory."""
    found = known(held).get(code)
    if found is None or found.is_ended:
        raise NoSuchCategory(category=code)
    return found


def groups(held: Snapshot) -> Mapping[str, str]:
    """Return the names of the groups by code, in the language in force."""
    is_english = (get_language() or "").startswith("en")
    names = held.kept(STAMP, _read).groups
    return {code: both[is_english] for code, both in names.items()}


def goes_down(category: Known, held: Snapshot) -> bool:
    """Tell whether a matter may be handed down to communities and grids."""
    words = held.value(GRASSROOTS)
    return not category.first_handler or any(word in category.first_handler for word in words)


def read_rows(text: str) -> dict[str, dict[str, Any]]:
    """Read a category table into rows by code; raise CategoriesWrong with every fault."""
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    if missing := set(COLUMNS) - set(reader.fieldnames or ()):
        raise CategoriesWrong(faults=[f"column {name} is missing" for name in sorted(missing)])
    lines = list(reader)
    if found := list(_faults(lines)):
        raise CategoriesWrong(faults=found)
    return {line["code"]: _row(line) for line in lines}


def _faults(lines: list[dict[str, str]]) -> Iterator[str]:
    codes = [line["code"] for line in lines]
    if not codes:
        yield "the table is empty"
    for number, line in enumerate(lines, start=2):
        code, parent = line["code"], line["parent"]
        if not (code.isascii() and code.isdigit() and len(code) in (2, 4)):
            yield f"row {number}: code {code!r} is not 2 or 4 digits"
        if (len(code) == 4) != bool(parent) or (parent and parent not in codes):
            yield f"row {number}: parent {parent!r} of {code} is not a group of the table"
        if codes.count(code) > 1:
            yield f"row {number}: code {code} stands more than once"
        if not line["zh"] or not line["en"]:
            yield f"row {number}: {code} needs a name in both languages"
        yield from _limit_faults(number, line)


def _limit_faults(number: int, line: Mapping[str, str]) -> Iterator[str]:
    for column in ("respond_within", "finish_within"):
        try:
            if read_limit(line[column]) is None and line["parent"]:
                yield f"row {number}: {line['code']} needs {column}"
        except LimitWrong:
            yield f"row {number}: {column} {line[column]!r} is not like 2wh, 5wd, 1h or 15d"
    if unknown := set(line["flags"]) - {EMERGENCY, RESTRICTED}:
        yield f"row {number}: unknown flags {''.join(sorted(unknown))}"


def _row(line: Mapping[str, str]) -> dict[str, Any]:
    return {
        "parent_id": line["parent"] or None,
        "name_zh": line["zh"],
        "name_en": line["en"],
        "respond_within": line["respond_within"],
        "finish_within": line["finish_within"],
        "first_handler": line["first_handler"],
        "is_emergency": EMERGENCY in line["flags"],
        "is_restricted": RESTRICTED in line["flags"],
        "source": line["source"],
        "ended_at": None,
    }


def _tree(item: tuple[str, object]) -> tuple[int, str]:
    return len(item[0]), item[0]


def _update(known: Category, row: Mapping[str, Any]) -> bool:
    if all(getattr(known, name) == value for name, value in row.items()):
        return False
    Category.objects.filter(code=known.code).update(**row)
    return True


def _read() -> Tree:
    every = list(Category.objects.order_by("code"))
    return Tree(
        {row.code: _known(row) for row in every if row.parent_id},
        {row.code: (row.name_zh, row.name_en) for row in every if not row.parent_id},
    )


def _known(row: Category) -> Known:
    limits = read_limit(row.respond_within), read_limit(row.finish_within)
    if row.is_emergency:
        limits = tuple(limit and limit.at_night_too() for limit in limits)  # type: ignore[assignment]
    respond, finish = limits
    return Known(
        row.code,
        row.parent_id or "",
        row.name_zh,
        row.name_en,
        respond,
        finish,
        row.first_handler,
        row.is_emergency,
        row.is_restricted,
        row.ended_at is not None,
    )
