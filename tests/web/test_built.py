"""What a page loads comes from Vite's manifest and keeps to its budget."""

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.template import engines

from yige.web.shell.built import BUILT, NotBuilt, entry_named

KB = 1000


def packed_size(files: Iterable[str]) -> int:
    """Add up what travels: each file once, gzipped as hard as it goes."""
    return sum(len(gzip.compress((BUILT / name).read_bytes(), 9)) for name in set(files))


def files_of(*entries: str) -> list[str]:
    found = [entry_named(name) for name in entries]
    return [file for each in found for file in (each.script, *each.styles, *each.needs)]


def loaded_without_a_map() -> list[tuple[str, ...]]:
    """Collect what the pages load, as their templates say it; every page has the shell."""
    pages = (BUILT.parents[1]).rglob("templates/**/*.html")
    named = [re.findall(r'{% entry "([\w/]+)" %}', page.read_text("utf-8")) for page in pages]
    return sorted({tuple(sorted({"shell", *entries} - {"map"})) for entries in named})


@pytest.mark.parametrize("entries", loaded_without_a_map(), ids=" ".join)
def test_a_page_without_a_map_costs_at_most_forty_kilobytes(entries: tuple[str, ...]) -> None:
    assert packed_size(files_of(*entries)) <= 40 * KB


def test_every_entry_is_loaded_by_a_page() -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    built = {chunk["name"] for chunk in manifest.values() if chunk.get("isEntry")}

    loaded = {name for page in loaded_without_a_map() for name in page}
    assert loaded | {"map", "map/worker"} == built


def test_a_page_with_a_map_costs_at_most_four_hundred_and_sixty() -> None:
    assert packed_size(files_of("shell", "map", "map/worker")) <= 460 * KB


def test_the_map_and_its_worker_share_the_larger_half() -> None:
    page, worker = entry_named("map"), entry_named("map/worker")

    assert set(page.needs) & set(worker.needs)


def test_what_is_built_lies_packed_beside_it() -> None:
    for name in files_of("shell", "map", "map/worker"):
        assert gzip.decompress((BUILT / f"{name}.gz").read_bytes()) == (BUILT / name).read_bytes()
        assert (BUILT / f"{name}.br").is_file()


def test_nothing_built_speaks_to_another_origin() -> None:
    for name in files_of("shell", "map", "map/worker"):
        text = (BUILT / name).read_text("utf-8")

        assert "tile.openstreetmap" not in text
        assert "fonts.g" not in text
        assert "cdn." not in text


def test_an_entry_brings_the_styles_and_scripts_it_needs_once(tmp_path: Path) -> None:
    manifest = {
        "src/map/entry.ts": {
            "file": "map.js", "name": "map", "isEntry": True, "css": ["map.css"],
            "imports": ["_a", "_b"],
        },
        "_a": {"file": "a.js", "imports": ["_b"]},
        "_b": {"file": "b.js", "css": ["b.css"]},
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")

    entry = entry_named("map", folder=tmp_path)

    assert entry.script == "map.js"
    assert entry.needs == ("b.js", "a.js")
    assert entry.styles == ("b.css", "map.css")


def test_a_house_that_was_not_built_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotBuilt, match=r"manifest\.json is missing"):
        entry_named("shell", folder=tmp_path)
    with pytest.raises(NotBuilt, match="there are"):
        entry_named("nothing")


def test_a_page_names_its_entry_in_one_tag() -> None:
    html = engines["django"].from_string('{% entry "map" %}').render()  # type: ignore[attr-defined]

    assert html.count('<script type="module"') == 1
    assert 'rel="modulepreload"' in html
    assert 'rel="stylesheet"' in html
