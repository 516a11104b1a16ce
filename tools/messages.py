"""The texts on screen: `python -m tools.messages extract|compile|check`.

Texts stand in English in the code and in Chinese in `yige/locale/<room>/zh_Hans/…/django.po`.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import polib

from tools.paths import LOCALE, ROOT
from tools.wording import Message, WordingError, in_python, in_template, placeholders

PACKAGE = ROOT / "yige"
CATALOGUE = Path("zh_Hans", "LC_MESSAGES", "django.po")
SHARED_DOORS = ("web", "api")
TEMPLATES = (".html", ".txt", ".xml")
HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "Plural-Forms": "nplurals=1; plural=0;",
}
Key = tuple[str | None, str]


def extract() -> int:
    """Add every text of the code to its room's catalogue, untranslated where it is new."""
    for room, wanted in sorted(wording().items()):
        path = LOCALE / room / CATALOGUE
        catalogue = read(path)
        held = {_key_of(entry) for entry in catalogue}
        new = [message for message in wanted.values() if message.key not in held]
        catalogue.extend(_entry(message) for message in new)
        if new:
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
            catalogue.save(str(path))
            print(f"{room}: {len(new)} new texts to translate in {path.relative_to(ROOT)}")
    return 0


def compile_all() -> int:
    """Write each catalogue in the form that Django reads."""
    for path in sorted(LOCALE.rglob("*.po")):
        binary = read(path).to_binary()
        target = path.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != binary:
            target.write_bytes(binary)
    return 0


def check() -> int:
    """Return 1 and tell of every text without a sound translation."""
    catalogues = {path: read(path) for path in sorted(LOCALE.rglob("*.po"))}
    faults = [*_missing(catalogues), *_unsound(catalogues), *_at_odds(catalogues)]
    for fault in faults:
        print(fault)
    count = sum(map(len, catalogues.values()))
    print(f"{count} texts in {len(catalogues)} catalogues, {len(faults)} faults.")
    return 1 if faults else 0


def wording() -> dict[str, dict[Key, Message]]:
    """Return the texts of the code by room."""
    found: dict[str, dict[Key, Message]] = defaultdict(dict)
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            messages = in_python(path.read_text("utf-8"), str(path.relative_to(ROOT)))
        elif path.suffix in TEMPLATES and "templates" in path.parts:
            messages = in_template(path.read_text("utf-8"), str(path.relative_to(ROOT)))
        else:
            continue
        for message in messages:
            found[room_of(path)].setdefault(message.key, message)
    return found


def room_of(path: Path) -> str:
    """Return the room whose catalogue holds the texts of a file."""
    parts = path.relative_to(PACKAGE).parts
    inner = parts[1].removesuffix(".py") if len(parts) > 1 else ""
    is_room = inner and (PACKAGE / inner).is_dir()
    return inner if parts[0] in SHARED_DOORS and is_room else parts[0].removesuffix(".py")


def read(path: Path) -> polib.POFile:
    """Read a catalogue, or begin one."""
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
    catalogue.metadata = dict(HEADER)
    catalogue.wrapwidth = 99
    return catalogue


def _entry(message: Message) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.text, msgstr="", msgctxt=message.context)
    if message.plural:
        entry.msgid_plural, entry.msgstr_plural = message.plural, {0: ""}
    if "%" in message.text:
        entry.flags.append("python-format")
    return entry


def _missing(catalogues: dict[Path, polib.POFile]) -> Iterable[str]:
    for room, wanted in sorted(wording().items()):
        held = {_key_of(entry) for entry in catalogues.get(LOCALE / room / CATALOGUE, ())}
        for message in wanted.values():
            if message.key not in held:
                yield f"{message.where}: {message.text!r} is not in {room} (make messages)"


def _unsound(catalogues: dict[Path, polib.POFile]) -> Iterable[str]:
    for path, catalogue in catalogues.items():
        for entry in catalogue:
            if fault := fault_of(entry):
                yield f"{path.relative_to(ROOT)}: {entry.msgid!r} {fault}"


def fault_of(entry: polib.POEntry) -> str:
    """Return what is wrong with one translation, or an empty text."""
    given = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy:
        return "is fuzzy"
    if not all(given):
        return "has no translation"
    wanted = placeholders(entry.msgid_plural or entry.msgid)
    if any(placeholders(text) != wanted for text in given):
        return "has other placeholders than its translation"
    return ""


def _at_odds(catalogues: dict[Path, polib.POFile]) -> Iterable[str]:
    """Tell of texts that two rooms translate in two ways, of which only one would be shown."""
    meanings: dict[Key, tuple[str, Path]] = {}
    for path, catalogue in catalogues.items():
        for entry in catalogue:
            said = entry.msgstr or "".join(entry.msgstr_plural.values())
            other, where = meanings.setdefault(_key_of(entry), (said, path))
            if other and said and other != said:
                rooms = (
                    f"{where.relative_to(LOCALE).parts[0]} and {path.relative_to(LOCALE).parts[0]}"
                )
                yield f"{entry.msgid!r} is {other!r} and {said!r} in {rooms}: use pgettext"


def _key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


DEEDS: dict[str, Callable[[], int]] = {"extract": extract, "compile": compile_all, "check": check}

if __name__ == "__main__":
    try:
        sys.exit(DEEDS[sys.argv[1]]())
    except WordingError as error:
        sys.exit(str(error))
