from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.base.orders import do, orders_known
from yige.base.models import Entry, Event, Head
from yige.base.proof import heads_path
from yige.cli.audit import audit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _orders() -> Iterator[None]:
    with orders_known():
        yield
    heads_path().unlink(missing_ok=True)


def yige_audit(*words: str) -> Result:
    return CliRunner().invoke(audit, words)


def test_a_journal_that_holds_is_said_to() -> None:
    do("tests.pin", name="一")

    said = yige_audit("verify")

    assert said.exit_code == 0
    assert "1 entries, 0 bodies removed by a rule, 0 exported heads, 0 flaws." in said.output
    assert Head.objects.get().seal in said.output


def test_a_journal_that_was_touched_ends_with_1_and_the_place() -> None:
    do("tests.pin", name="一")
    do("tests.pin", name="二")
    Entry.objects.filter(position=1).update(role="platform")

    said = yige_audit("verify")

    assert said.exit_code == 1
    assert "✕ entry 1: seal" in said.output


def test_a_journal_made_anew_is_found_by_the_head_that_was_exported(tmp_path: Path) -> None:
    do("tests.pin", name="一")
    exported = yige_audit("export-head")
    again = yige_audit("export-head")
    elsewhere = tmp_path / "heads.txt"
    elsewhere.write_bytes(heads_path().read_bytes())
    for model in (Event, Head, Entry):
        model.objects.all().delete()
    do("tests.count", name="访")

    said = yige_audit("verify", "--heads", str(elsewhere))

    assert "Entry 1" in exported.output
    assert "Nothing new" in again.output
    assert said.exit_code == 1
    assert "differs from the exported head" in said.output
