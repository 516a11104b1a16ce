"""What became of grids is known to everybody, on the page, as a file and for one's own home."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.city import CODE, DONGGUAN, WENCHANG, City
from tests.territory.planning import NOON, adopt, drafted, halves
from yige.base.tables.read import read_table
from yige.territory import successions
from yige.territory.models import Succession

LATER = NOON + timedelta(days=30)


def turned(city: City, community: str = WENCHANG, *, split: str = "columns") -> dict[str, int]:
    """Divide one community from below to above, the others as they are."""
    return halves(split=split) | {u: 90 + p // 12 for p, u in enumerate(city.units(community))}


@pytest.fixture
def changed(city: City) -> City:
    """A city in which two communities were divided anew, on two days."""
    adopt(drafted(turned(city)), at=NOON)
    again = turned(city) | {u: 70 + p // 12 for p, u in enumerate(city.units(DONGGUAN))}
    adopt(drafted(again, at=LATER), at=LATER)
    return city


def test_the_days_of_change_are_listed_the_latest_first(changed: City) -> None:
    assert [(d.at, d.ended, d.begun) for d in successions.days(CODE)] == [
        (LATER, 2, 2),
        (NOON, 2, 2),
    ]
    assert [d.at for d in successions.days(WENCHANG)] == [NOON]


def test_the_page_says_who_took_over_what(changed: City, client: Client) -> None:
    page = client.get(reverse("territory:grid_changes"), {"area": WENCHANG})

    assert [(r.old_name, r.new_name, r.households, r.percent) for r in page.context["rows"]] == [
        ("文昌01网格", "文昌03网格", 120, 50.0),
        ("文昌01网格", "文昌04网格", 120, 50.0),
        ("文昌02网格", "文昌03网格", 120, 50.0),
        ("文昌02网格", "文昌04网格", 120, 50.0),
    ]
    assert page.context["drawn"] == WENCHANG
    assert page.context["households"] == 480


def test_a_city_without_changes_says_so(city: City, client: Client) -> None:
    page = client.get(reverse("territory:grid_changes"))

    assert page.status_code == 200
    assert page.context["day"] is None


@pytest.mark.parametrize("asked", [{"area": "x"}, {"at": "yesterday"}, {"area": CODE, "at": "1"}])
def test_what_nobody_knows_is_no_fault(
    changed: City, client: Client, asked: dict[str, str]
) -> None:
    assert client.get(reverse("territory:grid_changes"), asked).status_code == 200
    assert client.get(reverse("territory:net_then"), asked).status_code == 200


def test_the_successor_table_is_handed_out(changed: City, client: Client, tmp_path: Path) -> None:
    csv = client.get(reverse("territory:successor_table", args=["csv"])).content.decode()
    book = tmp_path / "successors.xlsx"
    book.write_bytes(
        client.get(reverse("territory:successor_table", args=["xlsx"]), {"area": DONGGUAN}).content
    )

    rows = read_table(book).rows
    assert csv.count("\n") == 9
    assert f"{WENCHANG}001" in csv
    assert [row[1] for row in rows] == [f"{DONGGUAN}00{n}" for n in (1, 1, 2, 2)]
    assert sum(int(row[5]) for row in rows) == 480
    assert client.get("/grid-changes/table.exe").status_code == 404


def test_the_map_of_an_earlier_day_is_still_drawn(changed: City, client: Client) -> None:
    unit = changed.unit(WENCHANG, 23)

    def grid_of(at: str) -> str:
        text = client.get(
            reverse("territory:net_then"), {"area": WENCHANG, "at": at}
        ).content.decode()
        features = json.loads(text)["features"]
        assert len(features) == 24
        assert "households" not in features[0]["properties"]
        grids = {f["properties"]["code"]: str(f["properties"]["grid"]) for f in features}
        return grids[unit]

    day = successions.days(WENCHANG)[0]
    assert (grid_of(day.key_before), grid_of(day.key)) == ("002", "003")


def test_a_grid_that_goes_on_is_coloured_alike_before_and_after(
    changed: City, client: Client
) -> None:
    day = successions.days(WENCHANG)[0]

    after = client.get(reverse("territory:net_then"), {"area": WENCHANG, "at": day.key})

    assert json.loads(after.content)["tinted"] == {"003": "001", "004": "002"}


def test_a_resident_is_told_that_the_own_grid_has_changed(changed: City, client: Client) -> None:
    page = client.get(reverse("territory:my_grid"), {"q": "文昌花园2号楼3单元"})

    before = page.context["before"]
    assert (before.code, before.changed_at) == (f"{WENCHANG}001", NOON)
    assert "文昌01网格" in page.content.decode()
    assert page.context["rungs"][0].area.code == f"{WENCHANG}003"


def test_a_home_whose_grid_never_changed_hears_nothing(city: City, client: Client) -> None:
    page = client.get(reverse("territory:my_grid"), {"q": "文昌花园2号楼3单元"})

    assert page.context["before"] is None


def test_an_address_answers_for_an_earlier_day(changed: City, client: Client) -> None:
    day = (NOON - timedelta(days=2)).date().isoformat()

    page = client.get(reverse("territory:my_grid"), {"q": "文昌花园2号楼3单元", "on": day})

    assert page.context["rungs"][0].area.code == f"{WENCHANG}001"
    assert [(p.new_code, p.percent) for p in page.context["became"]] == [
        (f"{WENCHANG}003", 50.0),
        (f"{WENCHANG}004", 50.0),
    ]


@pytest.mark.parametrize("day", ["soon", "2999-01-01", "0001-01-01"])
def test_a_day_that_cannot_be_asked_for_is_today(city: City, client: Client, day: str) -> None:
    page = client.get(reverse("territory:my_grid"), {"q": "文昌花园2号楼3单元", "on": day})

    assert page.context["on"] is None
    assert page.context["rungs"][0].area.code == f"{WENCHANG}001"


def test_a_wrong_adoption_is_put_right_by_another_and_leaves_its_trace(city: City) -> None:
    before = {u: (p % 6) // 3 for p, u in enumerate(city.units(WENCHANG))}
    adopt(drafted(turned(city)), at=NOON)

    adopt(drafted(halves() | {u: 80 + n for u, n in before.items()}, at=LATER), at=LATER)

    trace = list(Succession.objects.order_by("at", "old_code", "new_code").values_list(
        "old_code", "new_code", "share"))  # fmt: skip
    now = [f"{WENCHANG}005", f"{WENCHANG}006"]
    assert {new for _, new, _ in trace[4:]} == set(now)
    assert len(trace) == 8
    assert [d.at for d in successions.days(WENCHANG)] == [LATER, NOON]
    assert [row.new_code for row in successions.became_of(f"{WENCHANG}001")] == [
        f"{WENCHANG}003",
        f"{WENCHANG}004",
    ]
