"""The reference of each room, made from the registries: `python -m tools.reference [check]`.

Commands, errors, events and jobs stand in docs/reference/<room>.md between two marks; what is
written around them by hand stays.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

from tools.paths import ROOT
from tools.telling import Text, told
from yige.kernel.errors import Refusal

PAGES = ROOT / "docs" / "reference"
BEGIN = "<!-- made by `make reference` from the code: change it there -->"
END = "<!-- made until here -->"
Row = tuple[str, ...]
Tables = dict[str, dict[str, list[Row]]]
HEADINGS: dict[str, Row] = {
    "Commands": ("command and permission", "what it does", "body"),
    "Events": ("event", "facts", "told in"),
    "Errors": ("code", "kind", "what it means"),
    "Jobs": ("job", "when", "what it does"),
    "Words": ("word", "what it does"),
}


def main(*words: str) -> int:
    """Write the pages, or with `check` return 1 if one of them is out of date."""
    modules = list(loaded())
    stale = [path for path, text in pages(modules).items() if read(path) != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is out of date")
        if "check" not in words:
            path.write_text(pages(modules)[path], "utf-8")
    return 1 if stale and "check" in words else 0


def loaded() -> Iterator[ModuleType]:
    """Set Django up, import every module of the house, and give them all."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    import yige

    for found in walk_packages(yige.__path__, "yige."):
        if ".migrations" not in found.name and not found.name.endswith(("__main__", ".wsgi")):
            yield import_module(found.name)


def pages(modules: Sequence[ModuleType]) -> dict[Path, str]:
    """Return what each room's page should say."""
    wanted = {}
    for room, tables in sorted(tables_of(modules).items()):
        path = PAGES / f"{room}.md"
        before, after = _around(read(path), room)
        made = "\n\n".join(
            f"## {title}\n\n{_table(HEADINGS[title], tables[title])}"
            for title in HEADINGS
            if title in tables
        )
        wanted[path] = f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"
    return wanted


def tables_of(modules: Sequence[ModuleType]) -> Tables:
    """Return the rows of every table by room, which is the first word of each name."""
    tables: Tables = {}
    for title, rows in (
        ("Commands", _commands()),
        ("Events", _events(modules)),
        ("Errors", _errors()),
        ("Jobs", _jobs()),
        ("Words", _words()),
    ):
        for row in sorted(set(rows)):
            tables.setdefault(_room_of(row[0]), {}).setdefault(title, []).append(row)
    return tables


def _room_of(name: str) -> str:
    return "cli" if name.startswith("yige ") else name.split(".")[0]


def _words() -> Iterator[Row]:
    from yige.cli.main import SUBCOMMANDS

    for name, (_, about) in SUBCOMMANDS.items():
        yield f"yige {name}", about


def _commands() -> Iterator[Row]:
    from yige.base.commands import COMMANDS

    for name, command in COMMANDS.items():
        if not _is_ours(command.handler):
            continue
        fields = ", ".join(
            field if about.is_required() else f"[{field}]"
            for field, about in command.body.model_fields.items()
        )
        yield name, command.summary, fields


def _errors() -> Iterator[Row]:
    for refusal in _below(Refusal):
        if "code" in vars(refusal) and _is_ours(refusal):
            yield refusal.code, refusal.kind, _first_line(refusal)


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _jobs() -> Iterator[Row]:
    from yige.base.jobs import JOBS, SCHEDULES

    for kind, run in filter(lambda job: _is_ours(job[1]), JOBS.items()):
        yield kind, SCHEDULES.get(kind, "when asked"), _first_line(run)


def _events(modules: Iterable[ModuleType]) -> Iterator[Row]:
    facts: dict[str, set[str]] = {}
    places: dict[str, set[str]] = {}
    for kind, module, named in told(_texts(modules)):
        facts.setdefault(kind, set()).update(named)
        places.setdefault(kind, set()).add(module.removeprefix("yige."))
    for kind, names in facts.items():
        yield kind, ", ".join(sorted(names)), ", ".join(sorted(places[kind]))


def _texts(modules: Iterable[ModuleType]) -> Iterator[Text]:
    for module in modules:
        source = Path(str(module.__file__)).read_text("utf-8")
        yield Text(module.__name__, source, module)


def _is_ours(about: object) -> bool:
    """Tell whether this is of the house, and not a test's own."""
    return about.__module__.startswith("yige.")


def _first_line(about: object) -> str:
    return (about.__doc__ or "").strip().partition("\n")[0]


def _around(text: str, room: str) -> tuple[str, str]:
    """Return what stands before and after the made part of a page."""
    if BEGIN not in text:
        return (text.rstrip() + "\n\n" if text else f"# {room.capitalize()}\n\n"), "\n"
    before, rest = text.split(BEGIN)
    return before, rest.split(END)[1]


def _table(headings: Row, rows: Iterable[Row]) -> str:
    lines = [headings, tuple("---" for _ in headings)]
    lines += [(f"`{row[0]}`", *(cell.replace("|", "\\|") for cell in row[1:])) for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def read(path: Path) -> str:
    """Return what a page says now."""
    return path.read_text("utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
