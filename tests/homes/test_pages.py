"""The pages of this room, and what the public one must never say."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.cases.offices import Offices, report
from tests.city import CODE, WENCHANG
from tests.homes import papers
from tests.territory.planning import adopt, drafted, halves
from tests.web.rooms import CONTACT, client_in_empty_city, client_of, lived_in
from yige.base.access import Role
from yige.base.commands import run
from yige.base.crypto import lock
from yige.base.models import Job
from yige.cases.models import Case
from yige.homes.cards import token_of
from yige.homes.models import Card, Door, Run
from yige.kernel import clock
from yige.kernel.ids import new_id
from yige.people.models import Appointment, Person, Post
from yige.people.posts import PHONE_KEY
from yige.territory.models import Unit

pytestmark = pytest.mark.django_db

GRID = f"{WENCHANG}001"
UNIT = f"{WENCHANG}000001"
MOST = 12
ROLES = {
    "worker": ["/homes/", f"/homes/units/{UNIT}", "/homes/import"],
    "station": ["/homes/", f"/homes/?area={GRID}", f"/homes/units/{UNIT}", "/homes/import",
                "/homes/prints/", "/homes/cards/"],
    "intake": ["/homes/", f"/homes/?area={WENCHANG}", "/homes/prints/", "/homes/cards/"],
    "planner": ["/homes/", f"/homes/?area={WENCHANG}", f"/homes/units/{UNIT}", "/homes/prints/",
                "/homes/cards/"],
}  # fmt: skip


@pytest.fixture
def offices() -> Iterator[Offices]:
    """The small city with its desks filled, doors listed and cards printed."""
    found, now = lived_in(), clock.now()
    person = found["worker"].person
    Person.objects.filter(id=person).update(
        name="程舟", phone=lock("0535-2211001", key=PHONE_KEY)
    )  # fmt: skip
    papers.listed(at=now)
    papers.printed(area=CODE, at=now)
    with override_settings(YIGE_LIMITS={"card": (10**6, 1)}):
        yield found


def card_page(grid: str = GRID) -> str:
    return f"/k/{token_of(Card.objects.get(grid_code=grid, revoked_at=None).id)}"


@pytest.mark.parametrize("who", ROLES)
def test_each_page_opens_with_few_questions(offices: Offices, who: str) -> None:
    client = client_of(offices, who)
    for path in (*ROLES[who], card_page()):
        client.get(path)

        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)

        assert answer.status_code == 200, path
        found = [q["sql"] for q in asked if "SAVEPOINT" not in q["sql"]]
        assert len(found) <= MOST, "\n".join([path, *found])


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.STATION, Role.PLANNER])
def test_pages_open_in_a_city_where_nothing_is_entered(role: Role) -> None:
    client = client_in_empty_city(role)
    paths = ["/homes/", "/homes/import"]
    paths += ["/homes/prints/", "/homes/cards/"] if role is not Role.GRID_WORKER else []

    for path in paths:
        assert client.get(path).status_code == 200, path


def test_the_page_of_a_card_says_who_is_on_duty_and_where_to_report(offices: Offices) -> None:
    answer = client_of(offices, "").get(card_page())

    said = answer.content.decode()
    assert answer.status_code == 200
    assert "程舟" in said
    assert 'href="tel:0535-2211001"' in said
    assert all(f'href="tel:{number}"' in said for number in ("110", "119", "120"))
    assert 'href="/report/"' in said
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"


def test_the_page_of_a_card_says_nothing_about_residents(offices: Offices) -> None:
    """No name but the holders', no household, no door, no case, no number of a resident."""
    report(offices, contact=CONTACT, at=clock.now())
    resident = Person.objects.create(name="王秀英", phone=lock(CONTACT["phone"], key=PHONE_KEY))
    neighbour = Post.objects.create(
        role=Role.CONTACT_HOUSEHOLD, area_code=GRID, unit_code=UNIT, name="中心户"
    )
    Appointment.objects.create(
        person=resident, post=neighbour, held_from=clock.now() - timedelta(days=1)
    )
    Unit.objects.filter(code=UNIT).update(households=7391, residents=8264)
    Door.objects.filter(stairwell__unit__code=UNIT, number="101").update(number="6413")

    said = client_of(offices, "").get(card_page()).content.decode()

    holders = {"程舟", "property", "station", "police"}
    others = set(Person.objects.values_list("name", flat=True)) - holders
    main = said.partition("<main")[2].partition("</main>")[0]
    assert not [name for name in others if name in main]
    assert not [text for text in ("7391", "8264", "6413", "文昌花园", UNIT) if text in said]
    assert CONTACT["phone"] not in said
    assert not [case.number for case in Case.objects.all() if case.number in said]


def test_a_card_that_was_taken_back_or_is_over_says_where_to_ask(offices: Offices) -> None:
    page, card = card_page(), Card.objects.get(grid_code=GRID)
    client = client_of(offices, "")

    Card.objects.filter(id=card.id).update(expires_at=clock.now() - timedelta(minutes=1))
    over = client.get(page)
    Card.objects.filter(id=card.id).update(revoked_at=clock.now())
    back = client.get(page)
    wrong = client.get("/k/nosuchcard")

    for answer, status, words in ((over, 410, "已过有效期"), (back, 410, "已收回"),
                                  (wrong, 404, "没有这个二维码")):  # fmt: skip
        said = answer.content.decode()
        assert answer.status_code == status
        assert words in said
        assert "12345" in said
        assert "程舟" not in said


def test_whoever_tries_codes_is_held_up(offices: Offices) -> None:
    client = client_of(offices, "")
    with override_settings(YIGE_LIMITS={"card": (2, 1)}):
        answers = [client.get(f"/k/{n:024d}").status_code for n in range(4)]

    assert answers == [404, 404, 429, 429]


def test_a_worker_says_that_doors_are_empty(offices: Offices) -> None:
    client = client_of(offices, "worker")
    sent = {"unit": UNIT, "numbers": ["302", "303"], "state": "empty", "based_on": "1"}

    done = client.post(f"/homes/units/{UNIT}", sent, follow=True)
    stale = client.post(f"/homes/units/{UNIT}", sent)

    assert "已更改 2 户" in done.content.decode()
    assert "○ 空置" in done.content.decode()
    assert "少 2 户" in done.content.decode()
    assert stale.status_code == 409
    assert set(Door.objects.filter(state="empty").values_list("number", flat=True)) == {
        "302", "303",
    }  # fmt: skip


def test_a_stairwell_is_listed_anew_on_its_page(offices: Offices) -> None:
    client = client_of(offices, "worker")
    body = {"units": UNIT, "area": GRID, "floors": "3", "per_floor": "2", "replace": "on"}

    done = client.post("/homes/make", body, follow=True)
    wrong = client.post("/homes/make", body | {"floors": "900"})

    assert "已列出 1 个单元的 6 户" in done.content.decode()
    assert wrong.status_code == 422
    assert Door.objects.filter(stairwell__unit__code=UNIT).count() == 6


def test_a_file_of_doors_is_looked_at_before_it_is_taken(offices: Offices) -> None:
    client = client_of(offices, "station")
    lines = f"单元编码,门牌号,户主\n{UNIT},101,王秀英\n{UNIT},,李四\n"
    file = SimpleUploadedFile("门户.csv", lines.encode())

    looked = client.post("/homes/import", {"file": file}, follow=True)
    page = looked.redirect_chain[-1][0]
    before = Door.objects.filter(stairwell__unit__code=UNIT).count()
    refused = client.post(page, {})
    done = client.post(page, {"without_listed": "on"}, follow=True)

    said = looked.content.decode()
    assert "这一户没有门牌号" in said
    assert "户主" in said
    assert "王秀英" not in said
    assert (before, refused.status_code) == (20, 422)
    assert "已存入 1 个单元的 1 户；1 行未收" in done.content.decode()
    assert client_of(offices, "planner").get(page).status_code == 403


def test_a_form_without_a_file_says_so(offices: Offices) -> None:
    answer = client_of(offices, "station").post("/homes/import", {})

    assert answer.status_code == 422
    assert "请选择文件" in answer.content.decode()


def test_prints_are_ordered_followed_and_taken(offices: Offices) -> None:
    client = client_of(offices, "station")
    ordered = client.post("/homes/prints/", {"area": WENCHANG, "kind": "maps"}, follow=True)
    run = Run.objects.get(kind="maps")
    waiting = client.get(f"/homes/prints/{run.id}/file")

    papers.note(run, clock.now())
    taken = client.get(f"/homes/prints/{run.id}/file")

    assert "等待" in ordered.content.decode()
    assert waiting.status_code == 404
    assert b"".join(taken.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
    assert taken["Content-Type"] == "application/pdf"
    assert "2026-" in taken["Content-Disposition"] or "yige-maps" in taken["Content-Disposition"]


def test_stale_cards_are_printed_again_with_one_button(offices: Offices) -> None:
    offices.leave("worker", at=clock.now())
    client = client_of(offices, "station")

    said = client.get("/homes/prints/").content.decode()
    client.post("/homes/prints/", {"area": WENCHANG, "kind": "cards", "only_stale": "on"})

    assert "重印 1 张过时的联系卡" in said
    assert "内容已过时" in said
    assert Run.objects.order_by("-asked_at").first().count == 1  # type: ignore[union-attr]


def test_a_code_is_revoked_on_its_page(offices: Offices) -> None:
    page, card = card_page(), Card.objects.get(grid_code=GRID)
    client = client_of(offices, "station")

    client.post(f"/homes/cards/{card.id}/revoke", follow=True)

    assert client.get(page).status_code == 410
    assert isinstance(client, Client)


def test_a_printing_is_followed_and_stopped_by_whoever_ordered_it(offices: Offices) -> None:
    client, other = client_of(offices, "station"), client_of(offices, "planner")
    client.post("/homes/prints/", {"area": WENCHANG, "kind": "cards"})
    run = Run.objects.order_by("-asked_at")[0]
    piece = f"/homes/prints/{run.id}/piece"

    waiting, seen = client.get(piece).content.decode(), other.get(piece).content.decode()
    client.post(f"/jobs/{run.job_id}/cancel")
    stopped = client.get(piece).content.decode()

    assert "等待印制" in waiting
    assert "取消" in waiting
    assert "data-poll=" in seen
    assert "取消" not in seen
    assert "已取消：这些编号未使用" in stopped
    assert "data-poll=" not in stopped


def test_a_printing_that_failed_says_why(offices: Offices) -> None:
    client = client_of(offices, "station")
    client.post("/homes/prints/", {"area": WENCHANG, "kind": "cards"})
    run = Run.objects.order_by("-asked_at")[0]
    said = '{"code": "homes.no_printer", "facts": {"reason": "libpango"}}'
    Job.objects.filter(id=run.job_id).update(state=Job.FAILED, error=said)

    page = client.get(f"/homes/prints/{run.id}").content.decode()

    assert "这台机器无法排版" in page
    assert "失败：这些编号未使用" in page


def test_what_a_worker_noted_too_late_waits_under_its_own_name(offices: Offices) -> None:
    now = clock.now()
    adopt(drafted(halves(WENCHANG, split="rows", at=now), area=WENCHANG, at=now), now)
    body = {"unit": f"{WENCHANG}000013", "numbers": ["302"], "state": "empty"}
    run("homes.set_doors", body, id=new_id(), actor=offices["worker"],
        at=now + timedelta(hours=2), made_at=now - timedelta(minutes=5))  # fmt: skip

    page = client_of(offices, "station").get("/cases/late/").content.decode()

    assert "登记门户状态" in page
    assert "homes.set_doors" not in page
