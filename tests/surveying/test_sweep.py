"""Files of surveys go after 90 days, and never while somebody has to decide on them."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.city import City
from tests.surveying.counting import checked, do, opened, sheets_of
from tests.surveying.test_uploads import brought as brought_to_campaign
from tests.surveying.test_uploads import rows_of as rows_of_sheet
from tests.territory.planning import NOON
from tests.territory.planning import do as plan
from tests.territory.survey_files import as_csv, rows_of, work
from yige.base import files
from yige.base.jobs import enqueue
from yige.base.models import StoredFile
from yige.kernel import clock
from yige.surveying.models import Campaign, Upload
from yige.territory.models import Survey, Unit

LONG_AFTER = NOON + timedelta(days=91)


def kept(content: bytes, *, kind: str = "survey", days: int = 0) -> str:
    """Keep a file that came in so many days after noon."""
    at = NOON + timedelta(days=days)
    return files.keep([content], name="x.csv", kind=kind, most=10**7, at=at).digest


def surveyed(content: bytes, *, days: int = 0) -> Survey:
    """Bring a survey in from a file that came with a page."""
    said = {"name": "x", "area": "370683", "file": kept(content, days=days), "datum": "wgs84"}
    made = plan("territory.import_survey", NOON, **said).id
    work()
    return Survey.objects.get(id=made)


def swept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the nightly job run, 91 days after noon."""
    monkeypatch.setattr(clock, "now", lambda: LONG_AFTER)
    enqueue("surveying.sweep_files", at=LONG_AFTER)
    work()


def is_there(digest: str) -> bool:
    """Tell whether a file's bytes are still in the store."""
    try:
        return files.path_of(digest).exists()
    except files.FileGone:
        return False


def test_a_file_that_was_laid_aside_goes_and_one_that_waits_stays(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    community = city.units("370683001001")[0][:12]
    dropped = surveyed(as_csv(rows_of(community)))
    waiting = surveyed(as_csv(rows_of(community)[:5]))
    plan("territory.drop_survey", survey=dropped.id)

    swept(monkeypatch)

    assert not is_there(dropped.file)
    assert is_there(waiting.file)
    assert not StoredFile.objects.filter(digest=dropped.file).exists()


def test_what_was_stored_from_a_file_stays_when_the_file_goes(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = surveyed(as_csv(rows_of("370683001001")))
    plan("territory.accept_survey", survey=survey.id)
    work()
    units = Unit.objects.count()

    swept(monkeypatch)

    assert not is_there(survey.file)
    assert Unit.objects.count() == units
    assert Survey.objects.get(id=survey.id).state == Survey.STORED


def test_the_same_content_kept_for_something_else_or_anew_stays(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, again = kept(b"photo"), kept(b"again")
    kept(b"photo", kind="image/jpeg")
    kept(b"again", days=60)
    young = kept(b"young", days=60)

    swept(monkeypatch)

    assert [is_there(digest) for digest in (photo, again, young)] == [True, True, True]
    kinds = StoredFile.objects.filter(digest=photo).values_list("kind", flat=True)
    assert list(kinds) == ["image/jpeg"]


def test_a_file_of_a_campaign_goes_when_it_was_taken_over_and_not_before(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = opened()
    first, second, *_ = sheets_of(campaign)
    taken = brought_to_campaign(campaign, rows_of_sheet(first))
    waiting = brought_to_campaign(campaign, rows_of_sheet(second))
    do("accept_file", upload=taken.id)
    work()

    swept(monkeypatch)

    assert Upload.objects.get(id=taken.id).state == Upload.STORED
    assert not is_there(taken.file)
    assert is_there(waiting.file)


def test_a_campaign_goes_on_when_its_files_are_gone(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = opened()
    first = sheets_of(campaign)[0]
    brought_to_campaign(campaign, rows_of_sheet(first))
    checked(first)

    swept(monkeypatch)
    do("freeze", LONG_AFTER, campaign=campaign.id, without_open=True)
    work()

    survey = Campaign.objects.get(id=campaign.id).survey
    assert isinstance(survey, UUID)
