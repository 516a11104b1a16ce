"""The state re-codes, merges and splits towns and communities while a net is handed over."""

from datetime import timedelta

import pytest

from tests.cases.offices import Offices
from tests.city import COLUMNS, DONGGUAN, WENCHANG
from tests.nets.old_nets import bring, handed, held_by, propose, row, signed, transfers
from tests.territory.planning import NOON, do
from yige.base.access import SYSTEM, Role
from yige.nets.models import LegacyNet
from yige.nets.standing import worked_out

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
TOWN, NEW_TOWN = WENCHANG[:9], "370683009"


def change(*changes: dict[str, object]) -> None:
    do("territory.change_divisions", LATER, SYSTEM, changes=list(changes), source="批复")


@pytest.fixture
def net(offices: Offices) -> LegacyNet:
    """A net of one town: a community's cell, and one of a compound of the next community."""
    rows = [row("A", "调解", "老调解员", 社区="文昌社区"), row("B", "普法", "乙", 小区="东关小区")]
    net = bring(rows, area=TOWN)
    held_by(net, offices["official"].person)
    propose(net)
    signed("give", offices["official"], transfers(net))
    signed("take", offices["worker"], [t for t in transfers(net)
                                       if t.post_id == offices["worker"].post])  # fmt: skip
    return net


def counts(net: LegacyNet) -> dict[str, int]:
    now = LegacyNet.objects.get(id=net.id)
    return {duty.name: duty.cell.units for duty in worked_out(now).duties}


def test_a_town_that_is_recoded_takes_its_old_net_along(net: LegacyNet) -> None:
    change({"old": TOWN, "new": NEW_TOWN, "name": "新街道"})

    now = LegacyNet.objects.get(id=net.id)
    assert now.area_code == NEW_TOWN
    assert counts(net) == {"调解": 24, "普法": 12}
    areas = {part.area for duty in worked_out(now).duties for part in duty.parts}
    assert all(area.startswith(NEW_TOWN) for area in areas)


def test_a_community_that_is_merged_or_split_keeps_what_was_said_of_it(
    offices: Offices, net: LegacyNet
) -> None:
    both = offices.city.units(WENCHANG)
    west = [unit for place, unit in enumerate(both) if place % COLUMNS < 3]
    change(
        {"old": WENCHANG, "new": DONGGUAN, "units": west},
        {"old": WENCHANG, "new": WENCHANG, "units": sorted({*both} - {*west})},
        {"old": DONGGUAN, "new": DONGGUAN},
    )

    assert counts(net) == {"调解": 24, "普法": 12}
    assert len(handed(net)) == 12
    now = LegacyNet.objects.get(id=net.id)
    assert [duty.open_units for duty in worked_out(now).duties] == [12, 12]
    propose(now, Role.STATION)
    assert not sum(duty.without for duty in worked_out(now).duties)


def test_a_net_that_comes_in_after_the_change_speaks_of_the_new_communities(
    offices: Offices,
) -> None:
    change({"old": DONGGUAN, "new": WENCHANG}, {"old": WENCHANG, "new": WENCHANG})

    net = do("nets.import_net", NOON.replace(month=7), name="x", kind="health", area=TOWN,
             table={"columns": ["cell", "duty", "communities"],
                    "rows": [["A", "随访", "文昌社区"]]}).result["id"]  # fmt: skip

    assert counts(LegacyNet.objects.get(id=net)) == {"随访": 48}
