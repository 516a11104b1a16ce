"""Before a change somebody sees whom it moves; after it everybody concerned is told."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cases.offices import Offices, open_offices
from tests.city import CODE, WENCHANG, YONGAN, City
from tests.territory.planning import NOON, adopt, do, drafted, halves
from tests.web.rooms import client_of
from yige.base import listeners
from yige.base.access import Role
from yige.base.models import Account, Entry
from yige.channels import queries as inboxes
from yige.channels.models import Notice
from yige.kernel import clock
from yige.people.models import Post
from yige.territory.models import Plan
from yige.web.channels.views import link_of


@pytest.fixture
def offices(db: None) -> Offices:
    offices = open_offices()
    offices.seat("planner", Role.PLANNER, CODE)
    Account.objects.update(password_changed_at=clock.now())
    return offices


def turned(city: City, community: str = WENCHANG) -> dict[str, int]:
    """Divide one community from below to above instead of from left to right."""
    return halves() | {u: 90 + p // 12 for p, u in enumerate(city.units(community))}


def told(offices: Offices, name: str) -> list[str]:
    """Return what somebody's inbox says."""
    return [row.sentence for row in inboxes.inbox(offices[name])]


def test_the_holders_in_a_new_grid_are_told_what_it_is_made_of(offices: Offices) -> None:
    adopt(drafted(turned(offices.city)))

    listeners.hear_all()

    told_to = Notice.objects.filter(about="territory.grid_opened").order_by("area_code")
    assert [(n.account, n.area_code) for n in told_to] == [
        (offices["worker"].account, f"{WENCHANG}003"),
        (offices["neighbour"].account, f"{WENCHANG}003"),
    ]
    assert "文昌03网格" in told(offices, "worker")[0]
    assert "文昌01网格、文昌02网格" in told(offices, "worker")[0]


def test_desks_are_told_the_figures_of_their_own_area(offices: Offices) -> None:
    there = {u: 70 + p // 12 for p, u in enumerate(offices.city.units(YONGAN))}
    adopt(drafted(turned(offices.city) | there))

    listeners.hear_all()

    sums = {name: told(offices, name) for name in ("station", "intake", "platform")}
    assert [len(lines) for lines in sums.values()] == [1, 1, 1]
    assert "文昌社区" in sums["station"][0]
    assert "2" in sums["station"][0]
    assert "4" in sums["platform"][0]
    assert told(offices, "other station") == []


def test_a_community_that_the_state_re_codes_tells_its_holders_too(offices: Offices) -> None:
    new = f"{WENCHANG[:9]}009"
    do("territory.change_divisions", changes=[{"old": WENCHANG, "new": new}])

    listeners.hear_all()

    assert f"{new}001" in told(offices, "worker")[0]
    assert "文昌社区" in told(offices, "station")[0]
    assert Post.objects.get(id=offices["station"].post).area_code == new


def test_the_journal_heard_again_tells_nobody_twice(offices: Offices) -> None:
    adopt(drafted(turned(offices.city)))
    listeners.hear_all()
    before = Notice.objects.count()

    listeners.hear_all()

    assert Notice.objects.count() == before


def test_a_notice_of_the_net_leads_to_what_changed(offices: Offices) -> None:
    adopt(drafted(turned(offices.city)))
    listeners.hear_all()

    row = inboxes.inbox(offices["worker"])[0]

    assert link_of(row) == f"{reverse('territory:grid_changes')}?area={WENCHANG}003"
    assert client_of(offices, "worker").get(link_of(row)).status_code == 200


def test_a_net_that_stays_as_it_is_is_no_news(offices: Offices) -> None:
    adopt(drafted(halves()))

    listeners.hear_all()

    assert not Notice.objects.filter(about__startswith="territory.").exists()


def test_the_preview_names_posts_holders_codes_and_shares(offices: Offices) -> None:
    plan = drafted(turned(offices.city))

    page = client_of(offices, "planner").get(reverse("territory:adopt_plan", args=[plan.id]))

    moved = [(m.post.holders, m.old_name, m.new_name) for m in page.context["posts"]]
    assert moved == [
        (("worker",), "文昌01网格", "文昌03网格"),
        (("neighbour",), "文昌02网格", "文昌03网格"),
    ]
    passings = page.context["passings"]
    assert [(p.old_code, p.new_code, p.households, p.percent) for p in passings] == [
        (f"{WENCHANG}001", f"{WENCHANG}003", 120, 50.0),
        (f"{WENCHANG}001", f"{WENCHANG}004", 120, 50.0),
        (f"{WENCHANG}002", f"{WENCHANG}003", 120, 50.0),
        (f"{WENCHANG}002", f"{WENCHANG}004", 120, 50.0),
    ]  # fmt: skip
    assert [grid.name for grid in page.context["vacant"]] == ["文昌04网格"]
    assert (page.context["told"], page.context["desks"]) == (2, 3)
    assert page.context["rooms"] == [("岗位", 2)] or page.context["rooms"] == [("posts", 2)]


def test_what_the_preview_says_of_posts_is_what_happens(offices: Offices) -> None:
    plan = drafted(turned(offices.city))
    page = client_of(offices, "planner").get(reverse("territory:adopt_plan", args=[plan.id]))
    said = {m.post.post: page.context["seen"].main_heir[m.post.area_code]
            for m in page.context["posts"]}  # fmt: skip

    adopt(plan)

    assert said == dict(Post.objects.filter(id__in=said).values_list("id", "area_code"))


def test_whoever_approves_what_has_changed_meanwhile_is_shown_what(offices: Offices) -> None:
    plan = drafted(turned(offices.city))
    planner = client_of(offices, "planner")
    address = reverse("territory:adopt_plan", args=[plan.id])
    seen = planner.get(address)
    figures = {f"seen_{name}": n for name, n in seen.context["seen_figures"].items()}
    adopt(drafted(turned(offices.city, YONGAN), name="永安方案"))
    entries = Entry.objects.count()

    refused = planner.post(
        address,
        {"based_on": plan.version, "net_version": seen.context["seen"].net_version} | figures,
    )

    assert refused.status_code == 409
    assert [(d.was, d.now) for d in refused.context["differs"]] == [
        ("2", 4), ("2", 4), ("240", 480), ("480", 960)]  # fmt: skip
    assert "永安方案" in refused.content.decode()
    assert Entry.objects.count() == entries


def test_a_plan_that_a_colleague_moved_units_in_has_to_be_looked_at_again(
    offices: Offices,
) -> None:
    plan = drafted(turned(offices.city))
    planner = client_of(offices, "planner")
    address = reverse("territory:adopt_plan", args=[plan.id])
    net_version = planner.get(address).context["seen"].net_version
    label = plan.units.get(unit__code=offices.city.unit(WENCHANG, 0)).label
    do("territory.move_units", plan=plan.id, units=[offices.city.unit(WENCHANG, 12)], label=label,
       at=NOON + timedelta(hours=1))  # fmt: skip

    refused = planner.post(address, {"based_on": plan.version, "net_version": net_version})

    assert refused.status_code == 409
    assert refused.context["facts"]["changed_at"] == NOON + timedelta(hours=1)
    assert Plan.objects.get(id=plan.id).state == Plan.DRAFT


def test_the_preview_asks_the_database_a_fixed_number_of_times(
    offices: Offices, django_assert_max_num_queries: object
) -> None:
    plan = drafted(turned(offices.city))
    planner = client_of(offices, "planner")
    address = reverse("territory:adopt_plan", args=[plan.id])
    planner.get(address)

    with django_assert_max_num_queries(20):  # type: ignore[operator]
        planner.get(address)
