"""Two at the same instant, in real threads: nothing of a duty is lost or handed over twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.cases.offices import Offices, open_offices
from tests.city import CODE
from tests.nets.old_nets import bring, handed, held_by, propose, row, signed, transfers
from tests.territory.planning import adopt, drafted, halves
from yige.base.access import Role
from yige.kernel.errors import Refusal
from yige.nets.models import LegacyNet
from yige.nets.standing import worked_out

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def offices(transactional_db: None) -> Offices:
    return open_offices()


@pytest.fixture
def net(offices: Offices) -> LegacyNet:
    """A net of one duty over two grids, proposed to both workers."""
    net = bring([row("A", "调解", "老调解员", 社区="文昌社区")])
    held_by(net, offices["official"].person)
    propose(net)
    return net


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Do several things in threads that start together; give results or refusals."""
    start = Barrier(len(tasks))

    def do_one(task: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return task()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(do_one, tasks))


def test_both_sides_who_sign_at_once_close_it_once(offices: Offices, net: LegacyNet) -> None:
    mine = transfers(net)

    results = at_once(
        lambda: signed("give", offices["official"], mine),
        lambda: signed("take", offices["worker"], mine[:1]),
        lambda: signed("take", offices["neighbour"], mine[1:]),
    )

    assert sum(result["closed"] for result in results) == 2
    assert len(transfers(net, "done")) == 2
    assert [len(duties) for duties in handed(net).values()] == [1] * 24


def test_two_planners_who_propose_at_once_propose_once(offices: Offices, net: LegacyNet) -> None:
    bring([row("B", "普法", 社区="东关社区")], name="普法网")
    second = LegacyNet.objects.get(name="普法网")

    results = at_once(*[lambda: propose(second, Role.STATION)] * 2)

    assert sorted(result["proposed"] for result in results) == [0, 1]
    assert len(transfers(second)) == 1


def test_a_signature_while_the_net_is_divided_anew_counts_before_or_after(
    offices: Offices, net: LegacyNet
) -> None:
    signed("give", offices["official"], transfers(net))
    plan, mine = drafted(halves(split="rows")), transfers(net)

    results = at_once(
        lambda: adopt(plan),
        lambda: signed("take", offices["worker"], mine[:1]),
        lambda: signed("take", offices["neighbour"], mine[1:]),
    )

    assert not [result for result in results if isinstance(result, Refusal)]
    (duty,) = worked_out(LegacyNet.objects.get(id=net.id)).duties
    assert duty.open_units + len(handed(net)) == 24
    assert all(len(duties) == 1 for duties in handed(net).values())


def test_of_a_signature_and_a_withdrawal_at_once_one_wins(
    offices: Offices, net: LegacyNet
) -> None:
    signed("give", offices["official"], transfers(net))
    signed("take", offices["worker"], transfers(net)[:1])
    planner = offices.seat("planner", Role.PLANNER, CODE)
    last = transfers(net)

    at_once(
        lambda: signed("take", offices["neighbour"], last),
        lambda: signed("withdraw", planner, last),
    )

    (duty,) = worked_out(LegacyNet.objects.get(id=net.id)).duties
    assert duty.open_units + len(handed(net)) == 24
    assert not transfers(net)
