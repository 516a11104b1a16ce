"""The room's long work: reading files, taking counts over, sweeping files nobody needs."""

from yige.base.access import Actor, Role
from yige.base.commands import run
from yige.base.jobs import Work, job
from yige.kernel import clock
from yige.kernel.results import Facts
from yige.surveying.models import Campaign, Upload
from yige.surveying.upload_reading import noted
from yige.territory.survey_sweep import sweep


@job("surveying.store_counts")
def store_counts(work: Work, *, campaign: str) -> Facts:
    """Take a frozen campaign's counts over as a survey."""
    waiting = Campaign.objects.filter(id=campaign, state=Campaign.FROZEN, survey=None)
    if not waiting.exists():
        return {}
    work.progress(0.1, "storing")
    run("surveying.store_counts", {"campaign": campaign}, id=work.id, actor=_in_the_name_of(work))
    return {"campaign": campaign}


@job("surveying.read_file")
def read_file(work: Work, *, upload: str) -> Facts:
    """Read a file that came in and note what is in it, or why it cannot be read."""
    given = Upload.objects.select_related("campaign").filter(id=upload, state=Upload.READING)
    found = given.first()
    if found is None:
        return {}
    work.progress(0.1, "reading")
    body = noted(found)
    run("surveying.note_file", body, id=work.id, actor=_in_the_name_of(work))
    return {"upload": upload, "state": body["state"]}


@job("surveying.store_file")
def store_file(work: Work, *, upload: str) -> Facts:
    """Take over what is in a file that somebody accepted."""
    if not Upload.objects.filter(id=upload, state=Upload.STORING).exists():
        return {}
    work.progress(0.1, "storing")
    run("surveying.store_file", {"upload": upload}, id=work.id, actor=_in_the_name_of(work))
    return {"upload": upload}


@job("surveying.sweep_files", schedule="40 3 * * *")
def sweep_files(work: Work) -> Facts:
    """Take away files of surveys and campaigns that came in 90 days ago and wait for nothing."""
    waiting = Upload.objects.filter(state__in=Upload.WAITING).values_list("file", flat=True)
    return {"files": sweep(at=clock.now(), waiting=list(waiting))}


def _in_the_name_of(work: Work) -> Actor:
    return Actor(role=Role.SYSTEM, account=work.job.account, name="Yige")
