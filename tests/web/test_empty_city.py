"""A city just set up: each page says what is missing and what comes next."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from tests import city as small
from tests.api.seats import seat
from tests.city import CODE
from tests.web.rooms import client_in_empty_city
from yige.base.access import Role
from yige.cli.founding import found_city
from yige.web.people.first_steps import first_steps

pytestmark = pytest.mark.django_db

CHINESE = {"accept-language": "zh-CN"}


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def shown(client: Client, path: str) -> str:
    answer = client.get(path, headers=CHINESE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_administrator_is_told_what_the_city_still_needs() -> None:
    found_city(CODE, "莱州市")

    page = shown(client_in_empty_city(Role.SYSTEM_ADMIN), "/people/posts/")

    assert "本市还需要做的事" in page
    assert "○ 录入镇街和社区" in page
    assert f'<a href="/people/posts/new?area={CODE}">设立市级平台岗位' in page


def test_what_is_done_is_ticked_off() -> None:
    small.build(with_grids=False)

    steps = first_steps([])

    assert [step.is_done for step in steps] == [True, False, True, False, False]


def test_a_city_that_runs_is_told_nothing() -> None:
    small.build()
    seat("platform", Role.PLATFORM)

    page = shown(client_in_empty_city(Role.SYSTEM_ADMIN), "/people/posts/")

    assert "本市还需要做的事" not in page


def test_nobody_drafts_a_plan_of_nothing() -> None:
    found_city(CODE, "莱州市")

    page = shown(client_in_empty_city(Role.PLANNER), "/plans/new")

    assert "请先导入普查" in page
    assert "开始划分" not in page


def test_a_resident_is_told_whom_to_call_while_no_post_is_filled() -> None:
    small.build(with_grids=False)

    page = shown(client_in_empty_city(Role.RESIDENT), "/my-grid/?q=文昌花园1号楼1单元")

    assert "岗位空缺，由上一级负责" in page
    assert "岗位空缺，请拨打 12345。" in page


def test_the_journal_names_who_set_the_city_up() -> None:
    found_city(CODE, "莱州市")

    page = shown(client_in_empty_city(Role.AUDIT_ADMIN), "/audit/")

    assert '<td data-label="何人">一格</td>' in page
