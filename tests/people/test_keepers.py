"""The keeper of posts cannot become, by a change to a post, somebody it was not made."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.city import CODE, DONGGUAN, WENCHANG
from yige.base.access import Actor, Role
from yige.base.commands import NotAllowed, Outcome, run
from yige.kernel.ids import new_id
from yige.people.errors import PostFixed
from yige.people.models import Organisation, Post

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
CITYS = Actor(role=Role.SYSTEM_ADMIN, area=CODE, name="滕建国")
TOWNS = Actor(role=Role.SYSTEM_ADMIN, area="370683002", name="孙玉梅")


def do(command: str, by: Actor = CITYS, /, **body: Any) -> Outcome:
    return run(command, body, id=new_id(), actor=by, at=NOON)


def a_post(role: Role = Role.SYSTEM_ADMIN, area: str = WENCHANG) -> Post:
    return Post.objects.create(role=role, area_code=area, name="岗位")


@pytest.mark.parametrize("change", [{"role": "audit_admin"}, {"area_code": DONGGUAN}])
def test_a_post_never_becomes_another_role_or_moves_to_another_area(
    change: dict[str, str],
) -> None:
    post = a_post()
    said = {"id": str(post.id), "role": post.role, "area_code": post.area_code, "name": "x"}

    with pytest.raises(PostFixed):
        do("people.set_post", **(said | change))

    post.refresh_from_db()
    assert (post.role, post.area_code, post.name) == ("system_admin", WENCHANG, "岗位")


def test_its_name_and_number_of_seats_may_change() -> None:
    post = a_post(Role.STATION)

    do("people.set_post", id=str(post.id), role="station", area_code=WENCHANG, name="服务站",
       wanted=3)  # fmt: skip

    post.refresh_from_db()
    assert (post.name, post.wanted, post.version) == ("服务站", 3, 2)


def test_the_keeper_of_one_town_touches_nothing_of_another() -> None:
    post = a_post(Role.STATION)
    Organisation.objects.create(code="lamps", name="路灯", kind="department", area_code=WENCHANG)
    taken_over = {"code": "lamps", "name": "x", "kind": "department", "area_code": "370683002"}

    for name, body in (
        ("people.end_post", {"post": str(post.id)}),
        ("people.end_organisation", {"code": "lamps"}),
        ("people.set_organisation", taken_over),
    ):
        with pytest.raises(NotAllowed):
            do(name, TOWNS, **body)

    post.refresh_from_db()
    assert post.ended_at is None
    assert Organisation.objects.get(code="lamps").area_code == WENCHANG
