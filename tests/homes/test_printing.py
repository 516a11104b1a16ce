"""The job that draws the pages."""

import pytest

from tests.city import CODE, WENCHANG, City
from tests.homes.papers import PLANNER, do, listed, ordered
from yige.base import files
from yige.base.jobs import Work, work_once
from yige.base.models import Job
from yige.homes import printer, sheets
from yige.homes.cards import address_of
from yige.homes.contents import contents_of
from yige.homes.errors import NoPrinter
from yige.homes.models import Card, Print, Run
from yige.homes.printer import print_sheets
from yige.homes.stale import stale_prints
from yige.kernel import clock
from yige.kernel.errors import Conflict

GRID = f"{WENCHANG}001"


def worked(run: Run) -> tuple[Job, Run]:
    """Let a worker do a printing."""
    work_once("tests", only=run.job_id)
    return Job.objects.get(id=run.job_id), Run.objects.get(id=run.id)


@pytest.mark.django_db(transaction=True)
def test_one_job_prints_the_cards_of_all_grids_into_one_file(city: City) -> None:
    job, run = worked(ordered(area=CODE, at=clock.now()))

    assert (job.state, job.error) == (Job.DONE, "")
    content = files.path_of(run.file).read_bytes()
    assert content.startswith(b"%PDF-")
    assert (run.pages, Print.objects.count()) == (1, 6)
    assert stale_prints(CODE, at=clock.now()) == []


@pytest.mark.django_db(transaction=True)
def test_household_maps_have_a_page_for_each_building(city: City) -> None:
    listed(at=clock.now())

    job, run = worked(ordered("maps", at=clock.now()))

    assert (job.state, run.pages) == (Job.DONE, 6)


@pytest.mark.django_db(transaction=True)
def test_a_printing_that_is_cancelled_leaves_no_file_and_no_print(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ordered(area=CODE, at=clock.now())
    progress = Work.progress

    def cancel_meanwhile(work: Work, done: float, step: str = "") -> None:
        do("base.cancel_job", actor=PLANNER, job=run.job_id)
        progress(work, done, step)

    monkeypatch.setattr(Work, "progress", cancel_meanwhile)

    job, run = worked(run)

    assert (job.state, run.file) == (Job.CANCELLED, "")
    assert not Print.objects.exists()


def test_a_card_says_its_number_its_days_and_a_code_that_leads_to_its_page(city: City) -> None:
    run = ordered(area=GRID)
    content = contents_of("cards", [GRID], at=run.asked_at)[GRID]

    [sheet] = sheets.card_sheets(
        [content], ["2026-000001"], at=run.asked_at, until=run.expires_at
    )  # fmt: skip

    assert "编号 2026-000001 · 2026-06-01 印制 · 有效至 2027-06-01" in sheet
    assert "110 119 120" in sheet
    assert address_of(Card.objects.get().id) not in sheet
    assert '<svg viewBox="' in sheet


def test_the_paper_map_tells_no_burglar_which_home_is_empty(city: City) -> None:
    listed()
    unit = city.unit(WENCHANG, 0)
    run = ordered("maps", GRID)

    def drawn() -> list[str]:
        content = contents_of("maps", [GRID], at=run.asked_at)[GRID]
        return sheets.map_sheets(
            [content], ["2026-000001"], at=run.asked_at, until=run.expires_at
        )  # fmt: skip

    before = drawn()
    do("homes.set_doors", unit=unit, numbers=["101", "302"], state="empty")

    assert drawn() == before
    assert " 302 " in before[0]
    assert len(before) == 3


def test_a_sheet_that_asks_for_something_from_outside_gets_nothing() -> None:
    made = print_sheets(
        ['<section><img src="https://example.org/x.png">门</section>'], css="", tell=print
    )

    assert made.pages == 1
    assert b"example.org" not in made.content


def test_a_machine_without_pango_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str) -> object:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(printer, "import_module", without)

    with pytest.raises(NoPrinter) as refusal:
        print_sheets(["<p>x</p>"], css="", tell=print)

    assert not printer.is_ready()
    assert not isinstance(refusal.value, Conflict)
