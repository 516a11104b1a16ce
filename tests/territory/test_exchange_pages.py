"""A planner takes a plan out and brings it in by page; a program does so by address."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.api.seats import seat
from tests.city import CODE, WENCHANG, City
from tests.territory.planning import drafted, halves
from yige.base.access import Role
from yige.base.tables.write import csv_text
from yige.kernel.ids import new_id
from yige.territory.models import Plan


@pytest.fixture
def planner(city: City) -> Client:
    account, _ = seat("规划员", Role.PLANNER, CODE)
    client = Client()
    client.force_login(account)
    return client


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def labels(plan: Plan) -> dict[str, int]:
    return dict(plan.units.values_list("unit__code", "label"))


def test_a_planner_edits_a_plan_in_a_spreadsheet(city: City, planner: Client) -> None:
    plan = drafted(halves())

    page = planner.get(reverse("territory:plan", args=[plan.id])).content.decode()
    out = planner.get(reverse("territory:export_plan", args=[plan.id, "xlsx"]))
    form = planner.get(reverse("territory:import_plan"), {"plan": str(plan.id)})
    sent = planner.post(
        reverse("territory:import_plan"),
        {"file": SimpleUploadedFile("改.xlsx", body_of(out)), "name": "改", "area": CODE,
         "base": str(plan.id), "lower": 200, "upper": 400},
    )  # fmt: skip

    assert reverse("territory:export_plan", args=[plan.id, "shp"]) in page
    assert f"{reverse('territory:import_plan')}?plan={plan.id}" in page
    assert out["Content-Disposition"].startswith("attachment")
    assert str(plan.id) in form.content.decode()
    again = Plan.objects.get(name="改")
    assert sent["Location"] == reverse("territory:plan", args=[again.id])
    assert labels(again) == labels(plan)


def test_what_is_odd_is_shown_and_then_accepted_without_the_file(
    city: City, planner: Client
) -> None:
    units = city.units(WENCHANG)
    text = csv_text(["单元", "网格"], [[unit, "东"] for unit in [*units, "无此单元"]])
    said = {"name": "外来", "area": WENCHANG, "lower": 200, "upper": 500}

    first = planner.post(
        reverse("territory:import_plan"),
        said | {"file": SimpleUploadedFile("外来.csv", text.encode())},
    )
    page = first.content.decode()
    kept = re.search(r'name="file" value="([0-9a-f]{64})"', page)
    assert kept is not None
    planner.post(reverse("territory:import_plan"), said | {"file": kept[1], "accept_rest": "on"})

    assert first.status_code == 422
    assert "无此单元" in page
    assert labels(Plan.objects.get(name="外来")) == dict.fromkeys(units, 1)


def test_a_form_without_a_file_and_a_file_of_nothing_are_refused(
    city: City, planner: Client
) -> None:
    said = {"name": "x", "area": CODE}
    noise = SimpleUploadedFile("x.csv", b"\x00\x01\x02" * 99)

    without = planner.post(reverse("territory:import_plan"), said)
    of_noise = planner.post(reverse("territory:import_plan"), said | {"file": noise})

    assert (without.status_code, of_noise.status_code) == (404, 422)
    assert not Plan.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "shp"])
def test_a_program_takes_a_plan_out_and_brings_it_in(
    city: City, planner: Client, kind: str
) -> None:
    plan = drafted(halves())
    address = f"/api/v1/plans/import?id={new_id()}&name=程序&area={CODE}"

    out = body_of(planner.get(f"/api/v1/plans/{plan.id}/export.{kind}"))
    sent, again = (
        planner.post(address, out, content_type="application/octet-stream") for _ in range(2)
    )

    assert (sent.json()["outcome"], sent.json()["is_repeat"]) == ("done", False)
    assert (again.json()["id"], again.json()["is_repeat"]) == (sent.json()["id"], True)
    assert labels(Plan.objects.get(name="程序")) == labels(plan)


def test_a_program_is_told_what_is_odd_and_a_stranger_reads_nothing(
    city: City, planner: Client
) -> None:
    address = f"/api/v1/plans/import?id={new_id()}&name=x&area={CODE}"
    text = csv_text(["unit", "grid"], [[city.unit(WENCHANG, 0), "1"]])

    odd = planner.post(address, text.encode(), content_type="text/csv")
    strange = Client().post(address, text.encode(), content_type="text/csv")
    of_no_kind = planner.get(f"/api/v1/plans/{drafted(halves()).id}/export.pdf")

    assert (odd.status_code, odd.json()["code"]) == (422, "territory.plan_file_odd")
    assert [(each["what"], each["count"]) for each in odd.json()["facts"]["odd"]] == [
        ("missing", 71)
    ]
    assert strange.status_code == 403
    assert (of_no_kind.status_code, of_no_kind.json()["code"]) == (404, "territory.kind_unknown")
