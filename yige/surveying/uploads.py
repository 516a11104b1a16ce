"""Bring a file of a campaign in: it is read and checked, and taken over when somebody accepts."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from yige.base import files, jobs
from yige.base.commands import Call, command
from yige.base.crypto import canonical
from yige.base.fields import Body, Line
from yige.kernel.places import Datum
from yige.surveying import access
from yige.surveying.campaigns import CampaignNamed, held_whatever_its_state, hold, open_one
from yige.surveying.counting import move, put_counts, total
from yige.surveying.errors import NothingToTake, UploadState
from yige.surveying.models import Sheet, Upload
from yige.surveying.sheets import write_sheets
from yige.surveying.upload_filled import Filled
from yige.surveying.upload_reading import Read, read


class Brought(CampaignNamed):
    """A file, what is in it, and (of buildings) in which datum it stands."""

    kind: Literal["buildings", "filled", "firm"]
    file: str = Field(pattern=r"^[0-9a-f]{64}$")
    source: Line = ""
    datum: Datum | None = None


class UploadNamed(Body):
    """The file that is meant."""

    upload: UUID


class Noted(UploadNamed):
    """What reading the file came to."""

    state: Literal["checked", "refused"]
    report: dict[str, Any]


@command("surveying.bring_file", may=access.may_keep)
def bring_file(call: Call, brought: Brought) -> Upload:
    """Take a file in and have it read; nothing is changed yet."""
    campaign = open_one(call, brought.campaign)
    files.path_of(brought.file)
    job = jobs.enqueue("surveying.read_file", at=call.at, by=call.actor,
                       area=campaign.area_code, upload=str(call.id))  # fmt: skip
    upload = Upload.objects.create(
        id=call.id,
        campaign=campaign,
        area_code=campaign.area_code,
        kind=brought.kind,
        file=brought.file,
        source=brought.source or brought.file[:8],
        datum=brought.datum or "",
        received_at=call.at,
        job_id=job.id,
        changed_by=call.id,
    )
    call.tell("surveying.file_received", subject=upload.id, area=upload.area_code)
    return upload


@command("surveying.note_file", may=access.may_store)
def note_file(call: Call, noted: Noted) -> Upload:
    """Keep what was found in a file, for somebody to decide on."""
    upload = _in_state(call, noted.upload, Upload.READING)
    upload.state, upload.report = noted.state, canonical(noted.report)
    return _saved(call, upload, "surveying.file_read")


@command("surveying.accept_file", may=access.may_keep_upload)
def accept_file(call: Call, named: UploadNamed) -> Upload:
    """Agree to a file without the rows that are wrong; a job takes it over."""
    upload = _in_state(call, named.upload, Upload.CHECKED)
    hold(upload.campaign)
    job = jobs.enqueue("surveying.store_file", at=call.at, by=call.actor,
                       area=upload.area_code, upload=str(upload.id))  # fmt: skip
    upload.state, upload.job_id = Upload.STORING, job.id
    return _saved(call, upload, "surveying.file_accepted")


@command("surveying.drop_file", may=access.may_keep_upload)
def drop_file(call: Call, named: UploadNamed) -> Upload:
    """Lay a file aside that was not taken over."""
    upload = _in_state(call, named.upload, *Upload.WAITING, Upload.REFUSED)
    upload.state = Upload.DROPPED
    return _saved(call, upload, "surveying.file_dropped")


@command("surveying.store_file", may=access.may_store)
def store_file(call: Call, named: UploadNamed) -> Upload:
    """Take an accepted file over: new sheets, counts of sheets, or sums of a firm.

    It is read again, since sheets may have moved on; what was checked meanwhile stays.
    """
    upload = _in_state(call, named.upload, Upload.STORING)
    hold(upload.campaign)
    found = read(upload)
    if not found.taken:
        raise NothingToTake(source=upload.source)
    _store(call, upload, found)
    upload.state = Upload.STORED
    return _saved(call, upload, "surveying.file_stored")


def _store(call: Call, upload: Upload, found: Read) -> None:
    write_sheets(upload.campaign, found.buildings, at=call.at)
    sheets = {s.id: s for s in Sheet.objects.filter(campaign=upload.campaign)}
    for filled in found.filled:
        _hand_in(call, sheets[filled.sheet], filled)
    for sheet_id, stated in found.stated.items():
        _state(call, sheets[sheet_id], stated)


def _hand_in(call: Call, sheet: Sheet, filled: Filled) -> None:
    """Hand in what was counted on paper: nobody's own count, anybody of the desk checks it."""
    put_counts(call, sheet, filled.counts, doubled=filled.doubled)
    sheet.counted_by = None
    move(call, sheet, Sheet.DONE, "surveying.sheet_handed_in")


def _state(call: Call, sheet: Sheet, stated: int) -> None:
    """Keep a firm's sum beside a sheet, and look again at one that was handed in."""
    sheet.stated = stated
    call.touch(sheet)
    if sheet.state == Sheet.DONE:
        total(sheet, list(sheet.lines.order_by("n")))
    sheet.save()


def _in_state(call: Call, upload_id: UUID, *states: str) -> Upload:
    held_whatever_its_state(access.upload_for(call.actor, upload_id).campaign)
    upload = access.upload_for(call.actor, upload_id)
    if upload.state not in states:
        raise UploadState(source=upload.source, state=upload.state, wanted=list(states))
    call.expect(upload)
    return upload


def _saved(call: Call, upload: Upload, kind: str) -> Upload:
    call.touch(upload)
    upload.save()
    call.tell(kind, subject=upload.id, area=upload.area_code)
    return upload
