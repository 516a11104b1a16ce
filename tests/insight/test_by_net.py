"""Any figure is shown in the old or the new net by household share, and the totals agree."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from tests.cases.offices import LAMP, MONDAY, STAIRS, Offices, report, step
from tests.city import CODE, DONGGUAN, WENCHANG
from tests.territory.planning import adopt, drafted, halves
from tests.web.rooms import client_of
from yige.base import listeners
from yige.base.models import Account
from yige.base.tables.read import read_table
from yige.insight.by_net import ByNet, by_net
from yige.insight.counting import WHAT
from yige.kernel import clock
from yige.territory.crosswalk import crosswalk

SINCE, UNTIL = date(2026, 3, 1), date(2026, 4, 1)
CHANGE = MONDAY + timedelta(days=7)
BEFORE, AFTER = CHANGE - timedelta(seconds=1), CHANGE + timedelta(days=1)


def turned(offices: Offices, community: str = WENCHANG) -> dict[str, int]:
    return halves(at=MONDAY) | {
        u: 90 + (p // 6 + 2) // 3 for p, u in enumerate(offices.city.units(community))
    }


@pytest.fixture
def busy(offices: Offices) -> Offices:
    """Weeks with reports before and after a new division: a quarter below, the rest above."""
    for nth in (0, 1, 2, 3, 6, 12, 18):
        report(offices, nth=nth)
    step("settle", report(offices, nth=0), offices["worker"], text="好了")
    report(offices, community=DONGGUAN, category=LAMP)
    report(offices, place={"area_code": WENCHANG})
    adopt(drafted(turned(offices), at=CHANGE, lower=100), at=CHANGE)
    for nth in (0, 6, 23):
        report(offices, nth=nth, at=AFTER, category=STAIRS)
    listeners.hear_all()
    return offices


def received(found: ByNet) -> dict[str, int]:
    return {row.code[9:]: row.figures["received"] for row in found.rows}


def test_in_the_net_of_then_every_figure_stands_where_it_was_counted(busy: Offices) -> None:
    found = by_net(WENCHANG, since=SINCE, until=CHANGE.date(), at=BEFORE)

    assert received(found) == {"001": 1, "001001": 7, "001002": 1}


def test_old_figures_are_shared_out_over_the_new_net(busy: Offices) -> None:
    """Each old grid had a quarter of its households below: 7 are 2 and 5, 1 is 0 and 1."""
    found = by_net(WENCHANG, since=SINCE, until=CHANGE.date(), at=AFTER)

    assert received(found) == {"001": 1, "001003": 2, "001004": 6}


def test_new_figures_are_shared_out_over_the_old_net(busy: Offices) -> None:
    """Both new grids are halves of the two old ones."""
    found = by_net(WENCHANG, since=CHANGE.date(), until=UNTIL, at=BEFORE)

    assert received(found) == {"001001": 2, "001002": 1}


@pytest.mark.parametrize("area", [CODE, WENCHANG[:9], WENCHANG, DONGGUAN])
def test_the_totals_agree_in_both_nets(busy: Offices, area: str) -> None:
    old = by_net(area, since=SINCE, until=UNTIL, at=BEFORE)
    new = by_net(area, since=SINCE, until=UNTIL, at=AFTER)

    assert old.total == new.total
    assert old.total["received"] == {CODE: 13, DONGGUAN: 1}.get(
        area, 13 if area == WENCHANG[:9] else 12
    )


def test_what_was_done_in_time_never_outgrows_what_was_due(busy: Offices) -> None:
    for at in (BEFORE, AFTER):
        for row in by_net(CODE, since=SINCE, until=UNTIL, at=at).rows:
            assert row.figures["on_time"] <= row.figures["due"]
            assert row.figures["quickly"] <= row.figures["responded"]


def test_a_grid_in_which_nothing_happened_is_listed_too(busy: Offices) -> None:
    found = by_net(DONGGUAN, since=SINCE, until=UNTIL, at=AFTER)

    assert [row.figures["received"] for row in found.rows] == [1, 0]


def test_every_figure_is_there_once(busy: Offices) -> None:
    found = by_net(CODE, since=SINCE, until=UNTIL, at=AFTER)

    assert found.total == {what: sum(row.figures[what] for row in found.rows) for what in WHAT}


def test_shares_there_and_back_sum_to_one_over_several_changes(busy: Offices) -> None:
    later = CHANGE + timedelta(days=30)
    columns = halves(at=later)
    adopt(drafted(columns, at=later), at=later)

    for at in (BEFORE, AFTER, later):
        walk = crosswalk(at=at)
        for serial in range(1, 7):
            code = f"{WENCHANG}00{serial}"
            for on in (BEFORE, AFTER, later):
                assert sum(walk.shares(code, on=on).values()) == pytest.approx(1.0)


def test_a_case_that_goes_on_after_its_grid_has_ended_counts_in_the_heirs(
    busy: Offices,
) -> None:
    walk = crosswalk(at=AFTER)

    assert walk.shares(f"{WENCHANG}001", on=AFTER + timedelta(days=9)) == walk.shares(
        f"{WENCHANG}001", on=BEFORE
    )


def test_before_the_first_grids_a_figure_is_the_communitys(busy: Offices) -> None:
    long_ago = MONDAY - timedelta(days=365)

    assert crosswalk(at=long_ago).shares(f"{WENCHANG}003", on=AFTER) == {
        WENCHANG: pytest.approx(1.0)
    }


def test_the_page_shows_both_nets_and_hands_out_the_same(busy: Offices, tmp_path: Path) -> None:
    Account.objects.update(password_changed_at=clock.now())
    analyst = client_of(busy, "analyst")
    asked = {"area": WENCHANG, "month": "2026-03"}

    now = analyst.get(reverse("insight:figures"), asked)
    key = now.context["nets"][0].key
    then = analyst.get(reverse("insight:figures"), asked | {"before": key})
    path = tmp_path / "figures.csv"
    path.write_bytes(
        analyst.get(reverse("insight:figures_table"), asked | {"before": key}).content
    )

    assert [code[9:] for _, code, _ in now.context["rows"]] == ["001", "001003", "001004"]
    assert [code[9:] for _, code, _ in then.context["rows"]] == ["001", "001001", "001002"]
    assert now.context["total"] == then.context["total"]
    assert [int(cell) for cell in read_table(path).rows[-1][2:]] == then.context["total"]


def test_nobody_sees_the_figures_of_another_area(busy: Offices) -> None:
    Account.objects.update(password_changed_at=clock.now())
    station, worker = client_of(busy, "station"), client_of(busy, "worker")

    page = station.get(reverse("insight:figures"), {"area": DONGGUAN})

    assert page.context["area"] == WENCHANG
    assert worker.get(reverse("insight:figures")).status_code == 403


@pytest.mark.parametrize("asked", [{"month": "x"}, {"before": "x"}, {"area": "1"}])
def test_what_cannot_be_asked_for_is_todays(busy: Offices, asked: dict[str, str]) -> None:
    Account.objects.update(password_changed_at=clock.now())

    assert client_of(busy, "platform").get(reverse("insight:figures"), asked).status_code == 200
