"""What there is to try rights on: a campaign with sheets in each state, and a frozen one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.city import WENCHANG
from tests.surveying.counting import COUNTER, VINTAGE, counts_of, do, handed_in, opened, sheets_of
from yige.base import files
from yige.base.access import Actor
from yige.base.jobs import work_once
from yige.kernel import clock
from yige.surveying.models import Sheet, Upload

FILE = "基准日,表号,单元编号,户数\n" + "".join(
    f"{VINTAGE},,{WENCHANG}{serial:06d},20\n" for serial in (1, 7, 13, 19)
)
"""The four units of the first building, as a filled sheet."""


def frozen_and_open(surveyors: list[Actor]) -> dict[str, Any]:
    """Bring a frozen campaign, an open one whose sheets these surveyors have, and its files."""
    old = opened(WENCHANG, name="上一次", at=clock.now())
    _checked(sheets_of(old)[0])
    do("freeze", clock.now(), campaign=old.id, without_open=True)
    campaign = opened(WENCHANG, at=clock.now())
    persons = [surveyor.person for surveyor in surveyors]
    group = do("set_group", clock.now(), campaign=campaign.id, name="x", persons=persons).id
    do("hand_out", clock.now(), campaign=campaign.id, group=group, area=f"{WENCHANG}001")
    new, done, checked = Sheet.objects.filter(group=group).order_by("number")[:3]
    handed_in(done)
    _checked(checked)
    found = {
        "frozen_campaign": old.id, "campaign": campaign.id, "survey_group": group,
        "new_sheet": new.id, "done_sheet": done.id,
    }  # fmt: skip
    return found | {f"{state}_upload": _upload(campaign.id, state) for state in
                    ("reading", "checked", "storing")}  # fmt: skip


def counts(sheet: UUID) -> list[dict[str, Any]]:
    """Count a sheet as it was known."""
    return counts_of(Sheet.objects.get(id=sheet))


def _checked(sheet: Sheet) -> None:
    handed_in(sheet, actor=COUNTER)
    do("check", clock.now(), sheets=[sheet.id])


def _upload(campaign: UUID, state: str) -> UUID:
    """Bring a file to a state. Only its own job is done: the world has others that wait."""
    kept = files.keep([FILE.encode()], name="x.csv", kind="survey", most=10**6, at=clock.now())
    upload = do("bring_file", clock.now(), campaign=campaign, kind="filled", file=kept.digest,
                source="x.csv").id  # fmt: skip
    if state != "reading":
        job = Upload.objects.get(id=upload).job_id
        work_once("tests", lease=timedelta(hours=1), only=job)
    if state == "storing":
        do("accept_file", clock.now(), upload=upload)
    return upload
