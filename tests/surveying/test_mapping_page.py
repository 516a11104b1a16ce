"""The page that takes a survey in reads a mapping file as the command line does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.city import CODE, WENCHANG, City
from tests.surveying.test_pages import client_of
from tests.territory.survey_files import as_csv, rows_of, work
from yige.base.access import Role
from yige.territory.models import Survey

FOREIGN = ("标识", "所属", "院", "栋座", "门", "家", "人", "geometry")
MAPPING = """
columns: {code: 标识, community: 所属, households: 家, residents: 人}
datum: wgs84
"""
LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.fixture
def planner(city: City) -> Client:
    return client_of("规划员", Role.PLANNER, CODE)[0]


def sent(planner: Client, mapping: bytes | None) -> object:
    """Send a foreign file with a mapping, or without."""
    content = as_csv(rows_of(WENCHANG), headings=FOREIGN)
    said = {"area": CODE, "file": SimpleUploadedFile("外来.csv", content), "datum": "wgs84"}
    if mapping is not None:
        said["mapping"] = SimpleUploadedFile("对应.yaml", mapping)
    answer = planner.post(reverse("territory:surveys"), said)
    work()
    return answer


def test_a_foreign_file_is_read_by_its_mapping(planner: Client) -> None:
    sent(planner, MAPPING.encode())

    survey = Survey.objects.get()
    assert (survey.state, survey.units, survey.households) == (Survey.CHECKED, 24, 480)


def test_without_its_mapping_the_same_file_cannot_be_read(planner: Client) -> None:
    sent(planner, None)

    assert Survey.objects.get().state == Survey.REFUSED


@pytest.mark.parametrize(
    "mapping",
    [b"- a list", b"columns: {unheard: x}", b"\xff\xfe\x00", b"{" * 500, LAUGHS.encode(),
     b"x: y\n" * 20_000],
    ids=["a list", "unknown entry", "no text", "deep", "aliases", "long"],
)  # fmt: skip
def test_a_file_that_is_no_mapping_is_refused_before_anything_is_read(
    planner: Client, mapping: bytes
) -> None:
    answer = sent(planner, mapping)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert not Survey.objects.exists()
