import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.city import CODE, WENCHANG, City
from tests.territory.planning import adopt, do, drafted, halves
from tests.territory.survey_files import as_csv, changed, rows_of, work
from yige.base.access import Role
from yige.base.accounts import make_account
from yige.base.models import Account, Entry, Job
from yige.kernel import clock
from yige.people.models import Appointment, Person, Post
from yige.territory.models import Plan, PlanGrid, Survey, Unit


@pytest.fixture
def seated(city: City) -> Callable[[Role, str], Client]:
    """Sign somebody in who holds a post."""

    def seat(role: Role, area: str = CODE) -> Client:
        at = clock.now()
        account = make_account(username=f"{role}{area}", name="某人", password=None, at=at)
        Account.objects.filter(id=account.id).update(password_changed_at=at)
        person = Person.objects.create(name="某人", account=account)
        post = Post.objects.create(role=role, area_code=area, name="岗位")
        Appointment.objects.create(
            person=person, post=post, held_from=clock.now() - timedelta(days=1)
        )
        client = Client()
        client.force_login(account)
        return client

    return seat


@pytest.fixture
def planner(seated: Callable[..., Client]) -> Client:
    return seated(Role.PLANNER)


def test_a_planner_brings_a_survey_from_the_file_to_the_units(planner: Client) -> None:
    lines = [*rows_of(WENCHANG), *rows_of(WENCHANG, first=24, number=1)]
    lines[3] = changed(lines[3], {5: "很多"})
    file = SimpleUploadedFile("复查.csv", as_csv(lines))

    sent = planner.post(
        reverse("territory:surveys"), {"file": file, "datum": "wgs84", "area": CODE}
    )
    work()
    page = planner.get(sent["Location"]).content.decode()
    survey = Survey.objects.get()
    planner.post(
        reverse("territory:accept_survey", args=[survey.id]),
        {"without_listed": "on", "based_on": survey.version},
    )
    work()

    assert (survey.name, survey.source) == ("复查", "复查.csv")
    assert "很多" in page
    assert "不是整数" in page
    assert Survey.objects.get().state == Survey.STORED
    assert Unit.objects.filter(community_code=WENCHANG).count() == 25


def test_a_file_without_its_datum_is_asked_for_it(planner: Client) -> None:
    file = SimpleUploadedFile("复查.csv", as_csv(rows_of(WENCHANG)))

    sent = planner.post(reverse("territory:surveys"), {"file": file, "area": CODE})
    work()

    page = planner.get(sent["Location"]).content.decode()
    assert Survey.objects.get().state == Survey.REFUSED
    assert "✕" in page


def test_the_form_without_a_file_keeps_what_was_typed(planner: Client) -> None:
    sent = planner.post(reverse("territory:surveys"), {"name": "秋季复查", "area": CODE})

    assert sent.status_code in (400, 422)
    assert "秋季复查" in sent.content.decode()
    assert not Survey.objects.exists()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_template_is_handed_out(planner: Client, kind: str) -> None:
    answer = planner.get(reverse("territory:survey_template", args=[kind]))

    assert answer.status_code == 200
    assert len(answer.content) > 100
    assert planner.get("/surveys/template.exe").status_code == 404


def test_a_plan_shows_its_worst_grid_first(city: City, planner: Client) -> None:
    plan = drafted({u: n // 2 if n < 2 else n for u, n in halves().items()})

    page = planner.get(reverse("territory:plan", args=[plan.id])).content.decode()

    rows = page.split("<tbody>")[1].split("<tr ")[1:]
    assert ["文昌社区" in row and 'data-tone="bad"' in row for row in rows] == [
        True, False, False, False, False]  # fmt: skip


def test_a_draft_is_begun_from_its_page(planner: Client) -> None:
    said = {"name": "方案A", "area": CODE, "lower": 200, "upper": 400, "seed": 3, "keep": "some",
            "effort": "quick"}  # fmt: skip

    sent = planner.post(reverse("territory:new_plan"), said)

    plan = Plan.objects.get()
    assert sent["Location"] == reverse("territory:plan", args=[plan.id])
    assert json.loads(plan.options)["keep"] == "some"
    assert Job.objects.get().kind == "territory.divide"
    assert planner.get(sent["Location"]).status_code == 200


def test_the_map_gets_every_unit_with_its_grid(city: City, planner: Client) -> None:
    plan = drafted(halves())

    answer = planner.get(reverse("territory:plan_units", args=[plan.id]), {"community": WENCHANG})

    told = json.loads(answer.content)
    assert len(told["codes"]) == 24
    assert [told[name][0] for name in ("codes", "grids", "buildings", "compounds")] == [
        city.unit(WENCHANG, 0), "1", 0, 0]  # fmt: skip
    assert told["ended"] == []
    assert told["points"] is False


def test_outlines_are_cut_once_and_handed_out_by_the_bytes_asked_for(
    city: City, planner: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.YIGE_HOME = tmp_path
    plan = drafted(halves())
    address = reverse("territory:plan_tiles", args=[plan.id])

    first = planner.get(address, headers={"range": "bytes=0-6"})
    [cut] = (tmp_path / "drawings").iterdir()
    cut_at = cut.stat().st_mtime_ns
    again = planner.get(address, headers={"range": "bytes=0-6"})

    assert (first.status_code, b"".join(first)) == (206, b"PMTiles")
    assert "private" in first["Cache-Control"]
    assert again.status_code == 206
    assert [each.stat().st_mtime_ns for each in (tmp_path / "drawings").iterdir()] == [cut_at]


def test_outlines_are_cut_anew_when_the_net_has_changed(
    city: City, planner: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.YIGE_HOME = tmp_path
    plan = drafted(halves())
    address = reverse("territory:plan_tiles", args=[plan.id])
    planner.get(address)
    [before] = (tmp_path / "drawings").iterdir()
    adopt(plan)

    planner.get(address)

    [after] = (tmp_path / "drawings").iterdir()
    assert after != before


def test_units_are_moved_from_the_page_of_their_grid(city: City, planner: Client) -> None:
    plan = drafted(halves())
    address = reverse("territory:plan_grid", args=[plan.id, 1])
    page = planner.get(address).content.decode()
    moved = [city.unit(WENCHANG, place) for place in (2, 8)]

    sent = planner.post(address, {"units": moved, "label": 2, "based_on": plan.version})

    assert moved[0] in page
    assert sent["Location"] == reverse("territory:plan", args=[plan.id])
    assert PlanGrid.objects.get(plan=plan, label=2).households == 280


def test_a_move_of_units_that_a_colleague_has_moved_is_told_on_the_page(
    city: City, planner: Client
) -> None:
    plan = drafted(halves())
    do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 8)])

    sent = planner.post(
        reverse("territory:plan_grid", args=[plan.id, 1]),
        {"units": [city.unit(WENCHANG, 8)], "label": 2, "based_on": plan.version},
    )

    assert sent.status_code == 409
    assert "规划员 刚刚移动了其中 1 个单元,现在在网格 7。" in sent.content.decode()
    assert PlanGrid.objects.get(plan=plan, label=2).households == 240


def test_adoption_is_seen_before_it_is_done(city: City, planner: Client) -> None:
    turned = halves() | {u: 90 + p // 12 for p, u in enumerate(city.units(WENCHANG))}
    plan = drafted(turned)
    address = reverse("territory:adopt_plan", args=[plan.id])

    page = planner.get(address)
    sent = planner.post(address, {"based_on": plan.version,
                                  "net_version": page.context["seen"].net_version})  # fmt: skip

    assert page.context["seen"].moved_households == 240
    assert "文昌01网格" in page.content.decode()
    assert sent["Location"] == reverse("territory:plan", args=[plan.id])
    assert Plan.objects.get().state == Plan.ADOPTED


def test_a_plan_that_cannot_be_adopted_says_what_to_mend(planner: Client) -> None:
    plan = drafted({u: n // 2 for u, n in halves().items()})

    page = planner.get(reverse("territory:adopt_plan", args=[plan.id])).content.decode()

    assert reverse("territory:plan_grid", args=[plan.id, 1]) in page
    assert 'name="net_version"' not in page


def test_an_adopted_net_is_drawn_as_a_map_file(city: City) -> None:
    adopt(drafted(halves() | {u: 90 + p // 12 for p, u in enumerate(city.units(WENCHANG))}))

    work()

    path = Path(settings.YIGE_HOME) / "map" / "net.pmtiles"
    assert path.read_bytes()[:7] == b"PMTiles"
    assert Job.objects.get(kind="territory.draw_net").state == Job.DONE


def test_anybody_finds_the_own_grid_and_who_answers(city: City, client: Client) -> None:
    person = Person.objects.create(name="李网格", phone=b"13800000000")
    post = Post.objects.create(role=Role.GRID_WORKER, area_code=f"{WENCHANG}001", name="网格员")
    Appointment.objects.create(person=person, post=post, held_from=city.at)

    page = client.get(reverse("territory:my_grid"), {"q": "文昌花园2号楼3单元"}).content.decode()

    assert "文昌01网格" in page
    assert "李网格" in page
    assert "13800000000" not in page


@pytest.mark.parametrize("asked", [{"q": "火星"}, {"lon": "0", "lat": "0"}, {"lon": "x"}, {}])
def test_a_place_that_nobody_knows_is_no_fault(
    city: City, client: Client, asked: dict[str, str]
) -> None:
    answer = client.get(reverse("territory:my_grid"), asked)

    assert answer.status_code == 200
    assert "网格员" not in answer.content.decode()


@pytest.mark.parametrize("name", ["surveys", "plans", "new_plan"])
@pytest.mark.parametrize("role", [Role.STATION, Role.GRID_WORKER, Role.HANDLER])
def test_who_does_not_plan_sees_no_plans(
    seated: Callable[..., Client], role: Role, name: str
) -> None:
    answer = seated(role, WENCHANG).get(reverse(f"territory:{name}"))

    assert answer.status_code == 403


def test_lists_of_plans_ask_the_database_a_fixed_number_of_times(
    city: City, planner: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        drafted(halves())
    planner.get(reverse("territory:plans"))

    with django_assert_max_num_queries(12):
        planner.get(reverse("territory:plans"))
    with django_assert_max_num_queries(14):
        planner.get(reverse("territory:plan", args=[Plan.objects.first().id]))  # type: ignore[union-attr]


def test_of_two_who_adopt_at_once_the_second_sees_what_has_changed(
    city: City, planner: Client
) -> None:
    mine, theirs = drafted(halves()), drafted(halves(split="rows"))
    address = reverse("territory:adopt_plan", args=[mine.id])
    seen = planner.get(address).context["seen"]
    adopt(theirs)
    entries = Entry.objects.count()

    refused = planner.post(address, {"based_on": mine.version, "net_version": seen.net_version},
                           headers={"accept-language": "zh-CN"})  # fmt: skip

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "另一份方案已经采用" in page
    assert "采用这 6 个网格" in page
    assert Entry.objects.count() == entries
    assert Plan.objects.get(id=mine.id).state == Plan.DRAFT


JSON = {"accept": "application/json", "accept-language": "zh-CN"}


def test_the_brush_hears_what_its_stroke_changed(city: City, planner: Client) -> None:
    plan = drafted(halves())
    unit = city.unit(WENCHANG, 2)
    said = {"units": [unit], "label": 2, "based_on": plan.version}

    answer = planner.post(reverse("territory:plan_stroke", args=[plan.id]), said, headers=JSON)

    told = answer.json()
    assert told["units"] == {unit: "2"}
    assert (told["version"], told["undo"], told["redo"]) == (plan.version + 1, 1, 0)
    assert sorted(told["rows"]) == ["1", "2"]
    assert 'data-code="2"' in told["rows"]["2"]
    assert "260" in told["rows"]["2"]


def test_the_brush_hears_of_a_colleague_and_is_told_of_a_clash(
    city: City, planner: Client
) -> None:
    plan = drafted(halves())
    mine, theirs = city.unit(WENCHANG, 8), city.unit(WENCHANG, 2)
    do("territory.move_units", plan=plan.id, units=[theirs], label=2)
    address, seen = reverse("territory:plan_stroke", args=[plan.id]), plan.version

    clash = planner.post(address, {"units": [theirs], "based_on": seen}, headers=JSON)
    done = planner.post(address, {"units": [mine], "label": 2, "based_on": seen}, headers=JSON)

    assert clash.status_code == 409
    assert clash.json()["refusal"].startswith("规划员 刚刚移动了其中 1 个单元")
    assert done.json()["units"] == {mine: "2", theirs: "2"}
    assert done.json()["said"] == "规划员 也在本草案上调整。"


def test_undo_and_redo_outlive_the_page(city: City, planner: Client) -> None:
    plan = drafted(halves())
    unit = city.unit(WENCHANG, 2)
    planner.post(reverse("territory:plan_stroke", args=[plan.id]), {"units": [unit], "label": 2})

    undone = planner.post(reverse("territory:undo_stroke", args=[plan.id]))
    page = planner.get(undone["Location"])

    assert (page.context["steps"].undo, page.context["steps"].redo) == (0, 1)
    assert PlanGrid.objects.get(plan=plan, label=2).households == 240
    planner.post(reverse("territory:redo_stroke", args=[plan.id]))
    assert PlanGrid.objects.get(plan=plan, label=2).households == 260


def test_the_page_says_the_shortest_way_for_the_worst_grid(city: City, planner: Client) -> None:
    plan = drafted(halves())
    for place in (2, 8, 14):
        do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, place)], label=2)

    page = planner.get(
        reverse("territory:plan", args=[plan.id]), headers={"accept-language": "zh-CN"}
    ).content.decode()

    assert "网格 1 有 180 户,少 20 户。" in page
    assert "户)移到网格 1。" in page
    assert page.count(reverse("territory:plan_stroke", args=[plan.id])) == 2


def test_units_in_no_grid_are_found(city: City, planner: Client) -> None:
    plan = drafted(halves())
    plan.units.filter(unit__code=city.unit(WENCHANG, 2)).delete()

    page = planner.get(reverse("territory:plan", args=[plan.id]))

    assert page.context["loose"] == 1
    assert "文昌花园3号楼1单元" in page.content.decode()


def test_a_grid_and_units_are_locked_from_the_page_of_the_grid(
    city: City, planner: Client
) -> None:
    plan = drafted(halves())
    address, unit = reverse("territory:plan_locks", args=[plan.id]), city.unit(WENCHANG, 0)

    sent = planner.post(address, {"labels": [1], "is_locked": "on", "back": 1})
    planner.post(address, {"units": [unit], "is_locked": "on", "back": 1})
    locked = planner.get(sent["Location"]).context
    planner.post(address, {"labels": [1], "back": 1})

    assert sent["Location"] == reverse("territory:plan_grid", args=[plan.id, 1])
    assert locked["grid"].is_locked
    assert [each.code for each in locked["units"] if each.is_locked] == [unit]
    assert not PlanGrid.objects.get(plan=plan, label=1).is_locked


def test_a_community_of_a_large_plan_is_looked_at_alone(city: City, planner: Client) -> None:
    plan = drafted(halves())

    page = planner.get(reverse("territory:plan", args=[plan.id]), {"community": WENCHANG})

    assert {grid.community_code for grid in page.context["grids"]} == {WENCHANG}
    assert f"units.json?community={WENCHANG}" in page.content.decode()


def test_a_stroke_asks_the_database_a_fixed_number_of_times(
    city: City, planner: Client, django_assert_max_num_queries: Any
) -> None:
    plan = drafted(halves())
    address = reverse("territory:plan_stroke", args=[plan.id])
    planner.post(address, {"units": [city.unit(WENCHANG, 2)], "label": 2}, headers=JSON)
    said = {"units": [city.unit(WENCHANG, n) for n in (8, 14, 20)], "label": 2}

    with django_assert_max_num_queries(40):
        planner.post(address, said, headers=JSON)


def test_a_branch_is_made_from_the_page_of_the_plan(city: City, planner: Client) -> None:
    plan = drafted(halves())

    sent = planner.post(reverse("territory:branch_plan", args=[plan.id]), {"name": "方案C"})

    branch = Plan.objects.get(name="方案C")
    assert sent["Location"] == reverse("territory:plan", args=[branch.id])
    assert planner.get(sent["Location"]).context["plan"].grids == 6


def test_a_draft_is_divided_anew_from_its_page(city: City, planner: Client) -> None:
    plan = drafted(halves())

    sent = planner.post(reverse("territory:divide_again", args=[plan.id]))

    assert sent["Location"] == reverse("territory:plan", args=[plan.id])
    assert Plan.objects.get().job_id == Job.objects.order_by("created_at").last().id  # type: ignore[union-attr]


def test_the_page_of_two_plans_names_the_households_that_change_grid(
    city: City, planner: Client, django_assert_max_num_queries: Any
) -> None:
    plan = drafted(halves())
    copy = do("territory.branch_plan", plan=plan.id, name="方案C").result["id"]
    do("territory.move_units", plan=copy, units=[city.unit(WENCHANG, 2)], label=2)
    address = reverse("territory:compare_plan", args=[copy]) + f"?with={plan.id}"
    planner.get(address)

    with django_assert_max_num_queries(16):
        page = planner.get(address)
    sides = [
        json.loads(planner.get(
            reverse("territory:compare_units", args=[copy, side]), {"with": plan.id}
        ).content)
        for side in ("before", "after")
    ]  # fmt: skip

    [flow] = page.context["flows"]
    assert (flow.old, flow.new, flow.households, flow.units) == ("1", "2", 20, 1)
    moved = city.unit(WENCHANG, 2)
    assert [side["changed"] for side in sides] == [{moved: "1 → 2"}] * 2
    assert [side["grids"][side["codes"].index(moved)] for side in sides] == ["1", "2"]
    assert sides[0]["tinted"] == {"1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "6": "6"}


def test_a_community_is_laid_out_for_paper_numbered_and_dated(
    city: City, planner: Client, django_assert_max_num_queries: Any
) -> None:
    plan = drafted(halves())
    address = reverse("territory:print_plan", args=[plan.id]) + f"?community={WENCHANG}"
    planner.get(address)

    with django_assert_max_num_queries(14):
        page = planner.get(address)

    sheet = page.context["sheet"]
    assert [number.text for number in sheet.numbers] == ["1", "2"]
    assert [path.path.count("M") for path in sheet.shapes] == [12, 12]
    assert sheet.width > sheet.height > 600
    assert page.context["number"].endswith(f"-{plan.version}")
    assert "方案 · 文昌社区" in page.content.decode()
