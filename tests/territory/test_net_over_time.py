"""Whatever planners and surveyors do, and in whatever order, the net stays whole."""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import city as small
from tests.city import COLUMNS, COMMUNITIES, ROWS, WENCHANG, City
from tests.territory.planning import NOON, adopt, do, drafted, halves, members_now
from tests.territory.survey_files import HEADINGS, rows_of
from yige.base.tables.shape import Table
from yige.kernel.ids import new_id
from yige.kernel.places import Datum
from yige.territory import net
from yige.territory.errors import NotAdoptable, UnitsChanged
from yige.territory.locate import area_of_unit
from yige.territory.matching import matched
from yige.territory.models import Grid, Membership, Place, Plan, Succession, Survey, Unit
from yige.territory.storing import store
from yige.territory.survey_rows import read_survey

communities = st.sampled_from(sorted(COMMUNITIES))


class NetOverTime(RuleBasedStateMachine):
    """A city in which plans, moves, surveys and places come in any order."""

    city: City

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.at = NOON
        self.ever: dict[str, Any] = {}
        self.seen: dict[Any, dict[str, str]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize(with_grids=st.booleans())
    def begin(self, *, with_grids: bool) -> None:
        self.city = small.build(with_grids=with_grids)

    @rule(community=communities, cuts=st.sets(st.integers(1, COLUMNS - 1), max_size=3),
          across=st.booleans())  # fmt: skip
    def adopt_strips(self, community: str, cuts: set[int], *, across: bool) -> None:
        """Divide one community into strips, as narrow as they come, and adopt."""
        grids = self._as_it_is()
        for unit in grids:
            if unit.startswith(community):
                row, column = divmod(int(unit[12:]) - 1, COLUMNS)
                line = min(row, ROWS - 1) if across else column
                grids[unit] = 1000 + sum(cut <= line for cut in cuts)
        self._adopt(grids)

    @rule(community=communities, units=st.sets(st.integers(0, ROWS * COLUMNS - 1), min_size=1))
    def adopt_patch(self, community: str, units: set[int]) -> None:
        """Make any patch of units a grid; what is torn by it is refused and changes nothing."""
        grids = self._as_it_is()
        grids |= {self.city.unit(community, place): 2000 for place in units}
        before = (members_now(), net.stamp())
        if not self._adopt(grids):
            assert (members_now(), net.stamp()) == before

    @precondition(lambda self: Plan.objects.filter(state=Plan.ADOPTED).exists())
    @rule()
    def adopt_again(self) -> None:
        plan = Plan.objects.filter(state=Plan.ADOPTED).order_by("adopted_at").last()
        assert plan is not None
        before = (members_now(), net.stamp(), Place.objects.values_list("area_code").count())
        adopt(plan, self._later())
        assert (members_now(), net.stamp(), Place.objects.count()) == before

    @rule(number=st.integers(1, 3), households=st.integers(0, 40))
    def survey(self, number: int, households: int) -> None:
        """Survey the first community again: new units on its northern edge, other counts."""
        lines = rows_of(WENCHANG, number=ROWS * COLUMNS + number)
        lines[0][5] = households
        table = Table(list(HEADINGS), [[str(cell) for cell in line] for line in lines],
                      [*range(2, len(lines) + 2)], kind="csv")  # fmt: skip
        found = read_survey(table, datum=Datum.WGS84, known_communities=COMMUNITIES)
        known = Unit.objects.filter(community_code=WENCHANG).order_by("code")
        row = Survey.objects.create(name="复查", datum="wgs84", received_at=self._later())
        stored = store(row, found, matched(found.rows, "370683"), at=self.at, by=new_id())
        net.bump(at=self.at)
        assert stored["new"] + stored["changed"] + stored["same"] == len(lines)
        assert known.count() >= len(lines)

    @rule(community=communities, place=st.integers(0, ROWS * COLUMNS - 1), knows=st.booleans())
    def open_place(self, community: str, place: int, *, knows: bool) -> None:
        """Open a place that knows its unit, or only its area."""
        unit = self.city.unit(community, place)
        Place.objects.create(name="便民店", kind="shop", unit_code=unit if knows else "",
                             area_code=area_of_unit(unit))  # fmt: skip

    @invariant()
    def every_unit_lies_in_one_grid_where_there_is_a_net(self) -> None:
        held = members_now()
        with_net = {code[:12] for units in held.values() for code in units}
        for unit in Unit.objects.filter(community_code__in=with_net, valid_until=None):
            assert len(held[unit.code]) == 1
            assert held[unit.code][0][:12] == unit.community_code

    @invariant()
    def no_unit_was_ever_in_two_grids_or_in_none_between(self) -> None:
        spans: dict[Any, list[tuple[Any, Any]]] = defaultdict(list)
        for row in Membership.objects.order_by("valid_from"):
            spans[row.unit_id].append((row.valid_from, row.valid_until))
        for held in spans.values():
            for (_, until), (begun, _) in pairwise(held):
                assert until == begun
            assert held[-1][1] is None

    @invariant()
    def codes_never_return(self) -> None:
        now = dict(Grid.objects.values_list("code", "id"))
        assert self.ever.items() <= now.items()
        self.ever = now
        for grid in Grid.objects.exclude(valid_until=None):
            assert not grid.memberships.filter(valid_until=None).exists()

    @invariant()
    def shares_sum_to_one(self) -> None:
        shares: dict[Any, float] = defaultdict(float)
        for row in Succession.objects.all():
            shares[row.old_code, row.at] += row.share
        assert all(abs(total - 1) < 1e-9 for total in shares.values())

    @invariant()
    def no_open_row_is_orphaned(self) -> None:
        alive = set(Grid.objects.filter(valid_until=None).values_list("code", flat=True))
        held = members_now()
        for place in Place.objects.all():
            assert place.area_code in alive | set(COMMUNITIES)
            if place.unit_code in held:
                assert held[place.unit_code] == [place.area_code]

    @invariant()
    def the_past_does_not_change(self) -> None:
        if not hasattr(self, "city"):
            return
        for at, was in self.seen.items():
            assert {unit: area_of_unit(unit, at) for unit in was} == was
        units = [self.city.unit(WENCHANG, place) for place in (0, 10, 20)]
        self.seen[self.at] = {unit: area_of_unit(unit, self.at) for unit in units}

    def _later(self) -> Any:
        self.at += timedelta(days=1)
        return self.at

    def _as_it_is(self) -> dict[str, int]:
        """Number today's grids, halves where there are none."""
        held = members_now()
        names = sorted({grids[0] for grids in held.values()})
        return halves(at=self.at) | {
            unit: 100 + names.index(grids[0]) for unit, grids in held.items()
        }

    def _adopt(self, grids: dict[str, int]) -> bool:
        at = self._later()
        try:
            plan = drafted(grids, at=at)
            labels = list(plan.grids.values_list("label", flat=True))
            do("territory.set_reason", at, plan=plan.id, labels=labels, reason="试验")
            adopt(plan, at)
        except NotAdoptable:
            return False
        except UnitsChanged:
            raise AssertionError("nothing came between the draft and its adoption") from None
        return True


@pytest.mark.slow
@pytest.mark.django_db
def test_the_net_stays_whole_whatever_happens() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        NetOverTime,
        settings=settings(
            max_examples=10,
            stateful_step_count=10,
            deadline=None,
            # To shrink a city takes minutes and says little more.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
