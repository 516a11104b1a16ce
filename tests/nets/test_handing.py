import pytest

from tests.cases.offices import Offices
from tests.city import CODE, WENCHANG
from tests.nets.old_nets import (
    bring,
    columns_of,
    handed,
    held_by,
    propose,
    row,
    signed,
    transfers,
)
from tests.territory.planning import NOON, adopt, do, drafted, halves
from yige.base.access import Actor, Role
from yige.base.commands import NotAllowed
from yige.base.models import Account
from yige.channels.models import Notice
from yige.kernel.errors import Refusal
from yige.nets.errors import (
    NetEnded,
    NoSuchSuccessor,
    NothingLeft,
    PostVacant,
    SidesCanSign,
    StillOpen,
    TransferClosed,
    TransferMissing,
)
from yige.nets.models import DutyTransfer, LegacyDuty, LegacyNet
from yige.nets.standing import DONE, WAITING, WITHOUT, standing_of
from yige.people.errors import NoSuchPerson
from yige.people.models import Appointment, Person, Post

pytestmark = pytest.mark.django_db

EAST = {"范围": columns_of(WENCHANG, 3, 6)}
"""Grid 2 of the community, which the neighbour works in."""


@pytest.fixture
def mediator(offices: Offices) -> Actor:
    return offices.seat("老调解员", Role.OFFICIAL, WENCHANG)


@pytest.fixture
def net(offices: Offices, mediator: Actor) -> LegacyNet:
    """A net of one duty in one grid, proposed to the neighbour."""
    net = bring([row("A", "调解", "老调解员", **EAST)], organisation="lamps")
    held_by(net, mediator.person)
    propose(net)
    return net


def states(net: LegacyNet) -> list[str]:
    net.refresh_from_db()
    return [duty.state for duty in standing_of(net).duties]


@pytest.mark.parametrize("first", ["give", "take"])
def test_a_duty_is_handed_over_when_both_have_signed_in_any_order(
    offices: Offices, mediator: Actor, net: LegacyNet, first: str
) -> None:
    sides = {"give": mediator, "take": offices["neighbour"]}
    second = next(side for side in sides if side != first)

    signed(first, sides[first], transfers(net))
    assert states(net) == [WAITING]
    assert not handed(net)
    signed(second, sides[second], transfers(net))

    assert states(net) == [DONE]
    assert len(handed(net)) == 12
    (done,) = transfers(net, "done")
    assert (done.given_by_id, done.taken_by_id) == (mediator.person, sides["take"].person)
    assert not done.reason


def test_both_sides_are_told_once_how_many_duties_wait(offices: Offices, mediator: Actor) -> None:
    net = bring([row("A", "调解；普法", "老调解员", **EAST)])
    held_by(net, mediator.person)

    propose(net)

    for who in (mediator, offices["neighbour"]):
        (notice,) = Notice.objects.filter(account=who.account)
        assert notice.about == "nets.duties_wait"
        assert '"number":2' in notice.facts


def test_signing_twice_changes_nothing(mediator: Actor, net: LegacyNet) -> None:
    signed("give", mediator, transfers(net))
    (before,) = transfers(net)

    assert signed("give", mediator, transfers(net))["signed"] == 0

    (after,) = transfers(net)
    assert (after.given_at, after.version) == (before.given_at, before.version)


def test_nobody_signs_for_somebody_else(offices: Offices, mediator: Actor, net: LegacyNet) -> None:
    planner = offices.seat("规划员", Role.PLANNER, CODE)
    for command, by in (
        ("give", offices["neighbour"]), ("take", mediator), ("give", planner), ("take", planner),
        ("give", offices["station"]), ("decide", planner), ("decide", mediator),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            signed(
                command, by, transfers(net), **({"reason": "调走"} if command == "decide" else {})
            )
    for outsider in ("other station", "worker", "intake", "analyst"):
        with pytest.raises(TransferMissing):
            signed("take", offices[outsider], transfers(net))

    assert states(net) == [WAITING]


def test_an_office_decides_only_for_whoever_cannot_sign(
    offices: Offices, mediator: Actor, net: LegacyNet
) -> None:
    with pytest.raises(SidesCanSign):
        signed("decide", offices["station"], transfers(net), reason="催了几次")
    Account.objects.filter(id=mediator.account).update(is_active=False)

    signed("decide", offices["station"], transfers(net), reason="老调解员已退休")

    (waiting,) = transfers(net)
    assert waiting.given_at
    assert waiting.given_by is None
    assert waiting.taken_at is None
    signed("take", offices["neighbour"], transfers(net))
    (done,) = transfers(net, "done")
    assert done.reason == "老调解员已退休"
    assert "station" in done.decided_by


def test_the_responsible_body_decides_too_and_for_both_where_neither_has_an_account(
    offices: Offices, mediator: Actor, net: LegacyNet
) -> None:
    Person.objects.filter(id__in=[mediator.person, offices["neighbour"].person]).update(
        account=None
    )

    signed("decide", offices["lamps"], transfers(net), reason="两人都没有账号")

    assert states(net) == [DONE]
    assert standing_of(net).figures.decided == 1


def test_no_decision_puts_a_duty_on_an_empty_seat(
    offices: Offices, mediator: Actor, net: LegacyNet
) -> None:
    Appointment.objects.filter(post=offices["neighbour"].post).update(held_until=NOON)

    with pytest.raises(PostVacant):
        signed("decide", offices["station"], transfers(net), reason="没有人")

    Account.objects.filter(id=mediator.account).update(is_active=False)
    signed("decide", offices["station"], transfers(net), reason="老调解员已退休")
    assert states(net) == [WAITING]


def test_whoever_holds_the_post_today_signs(offices: Offices, net: LegacyNet) -> None:
    post = offices["neighbour"].post
    Appointment.objects.filter(post=post).update(held_until=NOON)
    heir = Person.objects.create(name="接任", account=Account.objects.create(
        username="heir", name="接任", created_at=NOON))  # fmt: skip
    Appointment.objects.create(person=heir, post_id=post, held_from=NOON)
    actor = Actor(role=Role.GRID_WORKER, area=f"{WENCHANG}002", account=heir.account_id,
                  person=heir.id, post=post)  # fmt: skip

    signed("take", actor, transfers(net))

    assert transfers(net)[0].taken_by_id == heir.id


def test_somebody_else_who_has_the_duty_by_now_signs(
    offices: Offices, mediator: Actor, net: LegacyNet
) -> None:
    duty = LegacyDuty.objects.get(cell__net=net)
    account = Account.objects.get(id=offices["official"].account)
    with pytest.raises(NoSuchPerson):
        do("nets.set_holder", duty=duty.id, holder="接替的人", username="nobody")

    do("nets.set_holder", duty=duty.id, holder="接替的人", phone="0535-2211002",
       username=account.username)  # fmt: skip

    with pytest.raises(TransferMissing):
        signed("give", mediator, transfers(net))
    signed("give", offices["official"], transfers(net))
    assert transfers(net)[0].given_by_id == offices["official"].person
    do("nets.set_holder", duty=duty.id, holder="再接替的人")
    duty.refresh_from_db()
    assert (duty.person, duty.phone) == (None, None)


def test_a_duty_over_two_grids_goes_to_two_posts(offices: Offices, mediator: Actor) -> None:
    net = bring([row("A", "调解", "老调解员", 社区="文昌社区")])
    held_by(net, mediator.person)

    assert propose(net) == {"proposed": 2, "without": 0}
    assert propose(net) == {"proposed": 0, "without": 0}

    signed("give", mediator, transfers(net))
    signed("take", offices["worker"], transfers(net)[:1])
    assert states(net) == [WAITING]
    assert len(handed(net)) == 12
    signed("take", offices["neighbour"], transfers(net))
    assert states(net) == [DONE]
    assert len(handed(net)) == 24


def test_a_station_takes_over_what_no_grid_has_a_post_for(
    offices: Offices, mediator: Actor
) -> None:
    net = bring([row("A", "调解", "老调解员", 社区="东关社区")])
    held_by(net, mediator.person)

    assert propose(net) == {"proposed": 0, "without": 2}
    assert states(net) == [WITHOUT]
    assert propose(net, Role.STATION) == {"proposed": 1, "without": 0}

    signed("give", mediator, transfers(net))
    signed("take", offices["other station"], transfers(net))
    assert states(net) == [DONE]


def test_one_post_is_proposed_for_one_duty_where_it_has_something_of_it(
    offices: Offices, net: LegacyNet
) -> None:
    duty = LegacyDuty.objects.get(cell__net=net)

    do("nets.propose_post", duty=duty.id, post=offices["station"].post)

    assert len(transfers(net)) == 2
    with pytest.raises(NothingLeft):
        do("nets.propose_post", duty=duty.id, post=offices["worker"].post)
    Post.objects.filter(id=offices["worker"].post).update(ended_at=NOON)
    with pytest.raises(NoSuchSuccessor):
        do("nets.propose_post", duty=duty.id, post=offices["worker"].post)


def test_a_withdrawn_proposal_leaves_the_duty_without_a_successor(
    mediator: Actor, net: LegacyNet
) -> None:
    signed("give", mediator, transfers(net))
    mine = transfers(net)

    do("nets.withdraw", transfers=[str(each.id) for each in mine])

    assert states(net) == [WITHOUT]
    with pytest.raises(TransferClosed):
        signed("give", mediator, mine)


def test_a_duty_ends_by_decision_with_its_proposals(offices: Offices, net: LegacyNet) -> None:
    duty = LegacyDuty.objects.get(cell__net=net)

    do("nets.end_duty", actor=offices["lamps"], duty=duty.id, reason="并入12348热线")

    assert states(net) == [DONE]
    assert not transfers(net)
    assert len(handed(net)) == 12
    with pytest.raises(Refusal):
        do("nets.end_duty", actor=offices["neighbour"], duty=duty.id, reason="不想干")


def test_a_net_is_retired_only_when_nothing_is_open(offices: Offices, mediator: Actor) -> None:
    rows = [row("A", "调解", "老调解员", 值班电话="0535-2211001", **EAST)]
    net = bring([*rows, row("B", "普法", 小区="书香苑")])
    with pytest.raises(StillOpen) as refused:
        do("nets.retire", net=net.id)
    assert refused.value.facts["count"] == 2
    held_by(net, mediator.person)
    propose(net)
    signed("give", mediator, transfers(net))
    signed("take", offices["neighbour"], transfers(net))
    assert LegacyDuty.objects.exclude(phone=None).count() == 1

    do("nets.retire", net=net.id)

    net.refresh_from_db()
    assert net.state == LegacyNet.RETIRED
    assert not LegacyDuty.objects.exclude(phone=None).exists()
    for command in ("retire", "propose_posts"):
        with pytest.raises(NetEnded):
            do(f"nets.{command}", net=net.id)


def test_a_cell_where_nobody_lives_needs_a_decision(offices: Offices) -> None:
    nowhere = columns_of(WENCHANG, 100, 104)
    net = bring([row("A", "调解", 范围=nowhere)])
    assert states(net) == [WITHOUT]

    do("nets.end_duty", duty=LegacyDuty.objects.get().id, reason="已拆迁")

    assert states(net) == [DONE]
    do("nets.retire", net=net.id)


def test_a_new_division_in_the_middle_loses_and_doubles_nothing(
    offices: Offices, mediator: Actor
) -> None:
    net = bring([row("A", "调解", "老调解员", 社区="文昌社区")])
    held_by(net, mediator.person)
    propose(net)
    signed("give", mediator, transfers(net))
    signed("take", offices["worker"], transfers(net)[:1])

    adopt(drafted(halves(split="rows")))

    net.refresh_from_db()
    assert standing_of(net).duties[0].open_units == 12
    assert len(handed(net)) == 12
    propose(net)
    propose(net, Role.STATION)
    for post in {each.post_id for each in transfers(net)}:
        holder = Appointment.objects.select_related("post", "person").get(post=post)
        actor = Actor(role=Role(holder.post.role), area=holder.post.area_code,
                      account=holder.person.account_id, person=holder.person_id,
                      post=post)  # fmt: skip
        mine = [each for each in transfers(net) if each.post_id == post]
        signed("give", mediator, mine)
        signed("take", actor, mine)
    assert states(net) == [DONE]
    assert sorted(len(duties) for duties in handed(net).values()) == [1] * 24
    assert DutyTransfer.objects.filter(state="open").count() == 0
