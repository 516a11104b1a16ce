from uuid import UUID

import pytest

from tests.city import DONGGUAN, WENCHANG, City
from tests.territory.planning import PLANNER, do, drafted, halves
from yige.base.jobs import work_once
from yige.base.models import Job
from yige.territory import proving
from yige.territory.models import Plan

pytest.importorskip("ortools")


def proved(plan: Plan) -> proving.Proof:
    asked = do("territory.prove_plan", plan=plan.id)
    work_once("tests", only=UUID(str(asked.result["job"])))
    found = proving.proof_of(PLANNER, plan.id)
    assert found
    return found


def test_a_plan_that_nothing_is_better_than_is_proved_to_be_so(city: City) -> None:
    proof = proved(drafted(halves()))

    assert proof.state == Job.DONE
    assert {row.is_best for row in proof.communities} == {True}
    assert (proof.total.cost, proof.total.gap) == (proof.total.bound, "0.0")


def test_a_worse_border_is_told_in_per_cent_the_widest_gap_first(city: City) -> None:
    turned = halves(split="rows") | {u: n for u, n in halves().items() if u[:12] != WENCHANG}

    proof = proved(drafted(turned))

    worst = proof.communities[0]
    assert (worst.name, worst.is_best) == ("文昌社区", False)
    assert worst.bound is not None
    assert worst.bound < worst.cost
    assert float(worst.gap) > 0


def test_a_stroke_makes_the_proof_old_and_a_lock_does_not(city: City) -> None:
    plan = drafted(halves())
    proved(plan)

    do("territory.set_locks", plan=plan.id, labels=[1])
    still = proving.proof_of(PLANNER, plan.id)
    do("territory.move_units", plan=plan.id, units=[city.unit(DONGGUAN, 2)], label=4)
    after = proving.proof_of(PLANNER, plan.id)

    assert still is not None
    assert after is None


def test_of_a_community_that_is_out_of_range_nothing_is_proved(city: City) -> None:
    plan = drafted(halves())
    do("territory.move_units", plan=plan.id, units=[city.unit(WENCHANG, 2 + 6 * n) for n in
                                                    range(4)], label=2)  # fmt: skip

    proof = proved(plan)

    assert proof.unproved == 1
    assert "文昌社区" not in {row.name for row in proof.communities}


def test_asking_twice_proves_once(city: City) -> None:
    plan = drafted(halves())

    first = do("territory.prove_plan", plan=plan.id).result["job"]
    again = do("territory.prove_plan", plan=plan.id).result["job"]

    assert first == again
