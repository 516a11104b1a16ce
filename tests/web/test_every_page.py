"""Every page of cases, people, inbox, jobs and settings, for everybody who has it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cases.offices import Offices
from tests.web.rooms import case_of, client_in_empty_city, client_of, lived_in
from yige.base.access import Role
from yige.base.models import Account
from yige.people.models import Person, Post

pytestmark = pytest.mark.django_db

MOST = 12

PUBLIC = ["/report/", "/track/", "/matters/", "/places/name?lon=119.94&lat=37.18"]
DESK = ["/cases/", "/cases/?view=all&q=楼道", "/cases/counts", "/cases/new", "/cases/late/",
        "/search/?q=路灯", "/inbox/"]  # fmt: skip
OUTDOORS = ["/today/", "/mine/", "/inbox/", "/search/?q=路灯", "/report/"]
KEEPER = ["/people/posts/", "/people/persons/?word=worker", "/inbox/"]
SYSTEM = [*KEEPER, "/people/posts/new", "/people/persons/new", "/people/organisations/",
          "/people/organisations/new", "/settings/", "/jobs/"]  # fmt: skip
PAGES = {
    "": [*PUBLIC, "/report/near?category=0502&place.address=文昌花园1号楼1单元"],
    "worker": [*OUTDOORS, "/cases/late/"],
    "property": OUTDOORS,
    "lamps": ["/today/", "/cases/", "/inbox/"],
    "police": ["/mine/", "/report/", "/inbox/"],
    "station": DESK,
    "intake": DESK,
    "platform": DESK,
    "commander": ["/cases/", "/inbox/"],
    "system": SYSTEM,
    "security": KEEPER,
    "planner": ["/jobs/", "/inbox/"],
    "analyst": ["/inbox/"],
}
EMPTY = {
    Role.RESIDENT: PUBLIC,
    Role.GRID_WORKER: [*OUTDOORS, "/cases/late/"],
    Role.HANDLER: ["/today/", "/cases/"],
    Role.PROPERTY_MANAGER: ["/today/", "/mine/"],
    Role.POLICE: ["/mine/", "/report/"],
    Role.STATION: DESK,
    Role.INTAKE: DESK,
    Role.PLATFORM: DESK,
    Role.COMMANDER: ["/cases/"],
    Role.SYSTEM_ADMIN: SYSTEM,
    Role.SECURITY_ADMIN: KEEPER,
    Role.PLANNER: ["/jobs/"],
}


@pytest.fixture
def offices() -> Offices:
    return lived_in()


@contextmanager
def at_most(number: int) -> Iterator[None]:
    """Fail when a page asks the database more often."""
    with CaptureQueriesContext(connection) as asked:
        yield
    found = [q["sql"] for q in asked if "SAVEPOINT" not in q["sql"]]
    assert len(found) <= number, "\n".join(found)


@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "a stranger")
def test_each_page_of_a_post_opens_with_few_questions(offices: Offices, who: str) -> None:
    client = client_of(offices, who)
    for path in PAGES[who]:
        client.get(path)

        with at_most(MOST):
            answer = client.get(path)

        assert answer.status_code == 200, f"{path}: {answer.content.decode()}"


@pytest.mark.parametrize("role", EMPTY)
def test_each_page_opens_in_a_city_where_nothing_is_entered(role: Role) -> None:
    client = client_in_empty_city(role)
    for path in EMPTY[role]:
        answer = client.get(path)

        assert answer.status_code == 200, f"{path}: {answer.content.decode()}"


@pytest.mark.parametrize("who", ["worker", "station", "intake", "platform", "commander"])
def test_a_case_opens_with_few_questions(offices: Offices, who: str) -> None:
    client = client_of(offices, who)
    for state in ("received", "to_sign", "to_follow_up", "handling"):
        path = f"/cases/{case_of(state=state).id}"
        client.get(path)

        with at_most(MOST):
            client.get(path)
        with at_most(MOST):
            answer = client.get(path, headers={"HX-Request": "true"})

        assert answer.status_code == 200
        assert "办理经过" in answer.content.decode()


@pytest.mark.parametrize("who", ["lamps", "property"])
def test_a_unit_opens_the_case_it_was_given(offices: Offices, who: str) -> None:
    client = client_of(offices, who)
    given = client.get("/today/").context["work"]
    row = [*given.overdue, *given.today, *given.later][0]

    with at_most(MOST):
        answer = client.get(f"/cases/{row.id}")

    assert "签收" in answer.content.decode()


def test_the_pages_of_one_post_and_one_person_open(
    offices: Offices,
) -> None:
    post = Post.objects.get(name="worker")
    person = Person.objects.get(name="worker")
    for who in ("system", "security"):
        client = client_of(offices, who)
        for path in (f"/people/posts/{post.id}?word=worker", f"/people/persons/{person.id}"):
            client.get(path)
            with at_most(MOST):
                assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/cases/", "/today/", "/people/posts/", "/settings/", "/inbox/"])
def test_a_stranger_is_led_to_log_in(offices: Offices, path: str) -> None:
    answer = client_of(offices, "").get(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("worker", "/settings/"),
        ("station", "/people/posts/"),
        ("security", "/people/posts/new"),
        ("system", "/cases/"),
        ("analyst", "/cases/new"),
    ],
)
def test_a_page_of_others_stays_shut(offices: Offices, who: str, path: str) -> None:
    assert client_of(offices, who).get(path).status_code == 403


def test_everybody_has_a_home_that_opens(offices: Offices) -> None:
    for name in offices.actors:
        answer = client_of(offices, name).get(reverse("own_home"), follow=True)

        assert answer.status_code == 200, name
    assert Account.objects.count() >= len(offices.actors)
