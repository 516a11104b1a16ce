"""A province at once: the same plan wherever its communities are divided."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
from distributed import Client, LocalCluster

from tests.engines.division_city import City, build_city
from yige.engines.division import check, divide
from yige.engines.division.parts import lay_out
from yige.engines.division.spread import bundles_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town() -> City:
    return build_city(units=900, communities=12, seed=4)


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


class Asked(Executor):
    """Works when the result is asked for, as a cluster that has not begun; it can be cancelled."""

    def __init__(self, *, at_once: int) -> None:
        self.at_once = at_once

    def submit(self, work: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        if self.at_once > 0:
            self.at_once -= 1
            future.set_result(work(*args, **kwargs))
        return future


def test_two_processes_give_the_plan_of_one(town: City, processes: Executor) -> None:
    alone = divide(town.problem(), seed=3)

    spread = divide(town.problem(), seed=3, executor=processes)

    assert np.array_equal(spread.labels, alone.labels)
    assert spread.interrupted is None


def test_a_cluster_of_two_workers_gives_the_plan_of_one(town: City) -> None:
    alone = divide(town.problem(), seed=3)

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        spread = divide(town.problem(), seed=3, executor=client.get_executor())

    assert np.array_equal(spread.labels, alone.labels)


def test_progress_is_heard_and_grows(town: City, processes: Executor) -> None:
    alone: list[tuple[float, float]] = []
    heard: list[tuple[float, float]] = []

    divide(town.problem(), effort="quick", progress=lambda *said: alone.append(said))
    divide(town.problem(), effort="quick", executor=processes,
           progress=lambda *said: heard.append(said))  # fmt: skip

    shares = [share for share, _cost in heard]
    assert shares == sorted(shares)
    assert heard[-1] == alone[-1]
    assert heard[-1][0] == 1.0


def test_who_ends_it_early_gets_a_whole_plan(town: City) -> None:
    plan = divide(town.problem(), executor=Asked(at_once=1), progress=lambda share, cost: False)

    connected = [wrong for wrong in check(plan.problem, plan.labels) if "connected" in wrong.code]
    assert plan.interrupted == "cancelled"
    assert (plan.labels >= 0).all()
    assert connected == []


def test_what_has_not_begun_when_the_time_is_over_is_not_waited_for(town: City) -> None:
    plan = divide(town.problem(), executor=Asked(at_once=1), seconds=0.1)

    assert (plan.labels >= 0).all()
    assert plan.interrupted is None


def test_every_part_is_in_one_bundle_and_none_is_far_above_the_rest(town: City) -> None:
    parts = lay_out(town.problem()).parts

    bundles = list(bundles_of(parts))

    assert sorted(number for bundle in bundles for number in bundle) == list(range(len(parts)))
    assert [parts[bundle[0]].grids for bundle in bundles] == sorted(
        (parts[bundle[0]].grids for bundle in bundles), reverse=True
    )
