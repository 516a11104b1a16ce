"""The tree that people get: links lead somewhere, and nothing points to one machine or host."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HOSTS = re.compile(r"https?://[^\s\"']*(?:pypi|npmjs|pythonhosted|registry|mirror)", re.IGNORECASE)
PLACES = re.compile(r"(?<![\w.}])/(?:work|root|home|Users|mnt|opt)/[\w.-]+")
BINARY = {".png", ".jpg", ".gz", ".br", ".pmtiles", ".mo", ".xlsx", ".gpkg", ".shp", ".ico"}


def tracked() -> Iterator[Path]:
    """Give every file that belongs to the project."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            yield ROOT / name


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if path.suffix not in BINARY:
            yield path, path.read_text("utf-8", errors="replace")


def broken_links(path: Path, text: str) -> list[str]:
    """Return the links of a Markdown page that lead to no file or heading of ours."""
    return [
        link
        for link in LINK.findall(FENCE.sub("", text))
        if not link.startswith(("http://", "https://", "mailto:")) and not _leads(path, link)
    ]


def _leads(path: Path, link: str) -> bool:
    name, _, anchor = unquote(link).partition("#")
    target = (path.parent / name).resolve() if name else path
    if not target.exists():
        return False
    return not anchor or anchor in set(_anchors(target.read_text("utf-8")))


def _anchors(text: str) -> Iterator[str]:
    for heading in HEADING.findall(text):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = {
        str(path.relative_to(ROOT)): found
        for path, text in texts()
        if path.suffix == ".md" and (found := broken_links(path, text))
    }

    assert not broken


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here\n[a](gone.md) [b](page.md#here) [c](page.md#there)")

    assert broken_links(page, page.read_text()) == ["gone.md", "page.md#there"]


def test_no_lock_or_setting_names_a_package_host() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path, text in texts()
        if path.suffix in {".json", ".txt", ".in", ".toml", ".cfg", ".yaml", ".yml"}
        or path.name in {".npmrc", "Makefile"}
        for host in HOSTS.findall(text)
    ]

    assert not found


def test_a_package_host_is_seen() -> None:
    assert HOSTS.search('"resolved": "https://registry.example.org/htmx"')


def test_no_file_names_a_place_on_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {place}"
        for path, text in texts()
        for place in PLACES.findall(text)
    ]

    assert not found


def test_a_place_on_one_machine_is_seen() -> None:
    folder = "/".join(["", "home", "wang", "yige"])

    assert PLACES.search(f"cd {folder}")


def test_every_version_has_its_changes() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")

    assert re.search(r"^## ", changes, re.MULTILINE)
    assert re.search(r"^- .+\.$", changes, re.MULTILINE)


def test_what_is_tested_is_what_runs() -> None:
    run, dev = (_pins(kind) for kind in ("run", "dev"))

    assert run
    assert run <= dev


def _pins(kind: str) -> set[str]:
    text = (ROOT / "requirements" / f"{kind}.txt").read_text("utf-8")
    return {line.strip(" \\") for line in text.splitlines() if "==" in line}
