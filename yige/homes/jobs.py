"""The room's long work: printing."""

from functools import partial
from time import monotonic
from uuid import UUID

from yige.base import files
from yige.base.access import Actor, Role
from yige.base.commands import run as run_command
from yige.base.jobs import Work, job
from yige.homes import sheets
from yige.homes.contents import contents_of
from yige.homes.errors import NothingToPrint
from yige.homes.models import Run
from yige.homes.printer import print_sheets
from yige.homes.prints import grids_of, numbers_of
from yige.kernel import clock
from yige.kernel.results import Facts

MOST_BYTES = 1 << 30


@job("homes.print")
def print_run(work: Work, *, run: str) -> Facts:
    """Print what was ordered into one file, and enter it in the register."""
    ordered = Run.objects.filter(id=run, printed_at=None).first()
    if ordered is None:
        return {}
    began, now = monotonic(), clock.now()
    work.progress(0.01, "drawing up")
    grids = grids_of(ordered)
    found = contents_of(ordered.kind, grids, at=now)
    contents = [found[grid] for grid in grids]
    lay_out = sheets.card_sheets if ordered.kind == Run.CARDS else sheets.map_sheets
    laid = lay_out(contents, numbers_of(ordered), at=now, until=ordered.expires_at)
    if not laid:
        raise NothingToPrint(area=ordered.area_code, kind=ordered.kind)
    made = print_sheets(laid, css=sheets.CSS, tell=partial(_tell, work))
    name = f"yige-{ordered.kind}-{numbers_of(ordered)[0]}.pdf"
    kept = files.keep(
        [made.content], name=name, kind="application/pdf", most=MOST_BYTES, at=now,
        account=work.job.account, sent_with=work.id,
    )  # fmt: skip
    body = {
        "run": run,
        "file": kept.digest,
        "pages": made.pages,
        "seconds": round(monotonic() - began, 2),
        "says": [content.says for content in contents],
    }
    run_command("homes.note_prints", body, id=work.id, actor=_in_the_name_of(work))
    return {"run": run, "pages": made.pages, "prints": len(contents)}


def _tell(work: Work, done: float) -> None:
    work.progress(0.05 + 0.9 * done, "printing")


def _in_the_name_of(work: Work) -> Actor:
    account: UUID | None = work.job.account
    return Actor(role=Role.SYSTEM, account=account, name="Yige")
