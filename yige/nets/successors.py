"""Propose to which post each duty of an old net goes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q
from pydantic import Field

from yige.base import crypto, rows
from yige.base.access import Role, within
from yige.base.commands import Call, command
from yige.base.fields import Body, Line
from yige.channels.notices import notify
from yige.kernel.codes import parents
from yige.kernel.ids import new_id
from yige.nets import access
from yige.nets.errors import NoSuchSuccessor, NothingLeft
from yige.nets.holding import Left, held_transfers, hold
from yige.nets.models import DutyTransfer, LegacyDuty, LegacyNet
from yige.nets.standing import worked_out
from yige.people.errors import NoSuchPerson
from yige.people.models import Appointment, Person, Post
from yige.people.posts import PHONE_KEY

NOTICE = "nets.duties_wait"


class Proposed(Body):
    """The net, and the role whose posts are to go on with its duties, area by area."""

    net: UUID
    role: Role = Role.GRID_WORKER


class ProposedPost(Body):
    """One duty, and the post that is to go on with what is left of it in the post's area."""

    duty: UUID
    post: UUID


class HolderSaid(Body):
    """Who has a duty of an old net now, and the account with which that person signs, if any."""

    duty: UUID
    holder: Line = Field(min_length=1, max_length=60)
    phone: str = Field(default="", pattern=r"^(\+?[0-9][0-9 ()-]{1,18})?$")
    username: Line | None = None


class Withdrawn(Body):
    """Hand-overs that are not to be, with what was signed of them so far."""

    transfers: list[UUID] = Field(min_length=1, max_length=500)


@command("nets.propose_posts", may=access.may_keep_net)
def propose_posts(call: Call, proposed: Proposed) -> dict[str, int]:
    """Propose the posts of a role for every open duty that has no successor yet.

    Each area gets the post of the area itself or of the next one above; where none is, the duty
    stays without a successor there. Tells both sides that duties wait for them.
    """
    net = hold(call, [access.net_for(call.actor, proposed.net).id])[proposed.net]
    posts = _posts(net.area_code, proposed.role)
    wanted: dict[tuple[UUID, UUID], None] = {}
    without = 0
    for duty in worked_out(net).duties:
        for part in duty.parts:
            if part.transfer is None:
                post = next((posts[code] for code in parents(part.area) if code in posts), None)
                without += post is None
                if post is not None:
                    wanted[duty.id, post] = None
    _propose(call, net, list(wanted))
    return {"proposed": len(wanted), "without": without}


@command("nets.propose_post", may=access.may_keep_duty)
def propose_post(call: Call, proposed: ProposedPost) -> DutyTransfer:
    """Propose a post for a duty; a post that is proposed already changes nothing.

    Raises NoSuchSuccessor, and NothingLeft when the duty has nothing in the post's area.
    """
    duty = access.duty_for(call.actor, proposed.duty)
    net = hold(call, [duty.cell.net_id])[duty.cell.net_id]
    post = Post.objects.filter(id=proposed.post, ended_at=None).first()
    if post is None or not call.actor.covers(post.area_code):
        raise NoSuchSuccessor(post=str(proposed.post))
    known = duty.transfers.filter(post=post, state=DutyTransfer.OPEN).first()
    if known:
        return known
    if not Left(net, [duty]).units(duty.id, post.area_code):
        raise NothingLeft(duty=duty.name, area=post.area_code)
    _propose(call, net, [(duty.id, post.id)])
    return DutyTransfer.objects.get(duty=duty, post=post, state=DutyTransfer.OPEN)


@command("nets.withdraw", may=access.may_withdraw)
def withdraw(call: Call, withdrawn: Withdrawn) -> dict[str, int]:
    """Take proposals back; what they were for is without a successor again."""
    some = held_transfers(call, withdrawn.transfers)
    for transfer in some:
        call.touch(transfer)
        transfer.state, transfer.closed_at = DutyTransfer.WITHDRAWN, call.at
        transfer.save()
        area = transfer.post.area_code if transfer.post else ""
        call.tell("nets.transfer_withdrawn", subject=transfer.id, area=area,
                  duty=str(transfer.duty_id))  # fmt: skip
    return {"withdrawn": len(some)}


@command("nets.set_holder", may=access.may_keep_duty)
def set_holder(call: Call, said: HolderSaid) -> LegacyDuty:
    """Say that somebody else has a duty of an old net by now; what was signed stays signed.

    Raises NoSuchPerson when nobody who is still here has this user name.
    """
    duty = access.duty_for(call.actor, said.duty)
    net = hold(call, [duty.cell.net_id])[duty.cell.net_id]
    person = Person.objects.filter(account__username=said.username, left_at=None).first()
    if said.username and person is None:
        raise NoSuchPerson(person=said.username)
    duty.holder, duty.person = said.holder, person if said.username else None
    duty.phone = crypto.lock(said.phone, key=PHONE_KEY) if said.phone else None
    call.touch(duty)
    duty.save()
    call.tell("nets.holder_set", subject=duty.id, area=net.area_code)
    return duty


def _posts(area: str, role: Role) -> dict[str, UUID]:
    """Give each area's post of a role: the one that is held, and for longest."""
    held: dict[UUID, tuple[int, str]] = {}
    posts = Post.objects.filter(within(area), ended_at=None, role=role)
    at_present = Appointment.objects.filter(
        Q(held_until=None), post__in=posts.values("id")
    ).order_by("held_from")
    for place, post in enumerate(at_present.values_list("post_id", flat=True)):
        held.setdefault(post, (0, f"{place:09d}"))
    found: dict[str, list[tuple[tuple[int, str], UUID]]] = defaultdict(list)
    for post, code in posts.values_list("id", "area_code"):
        found[code].append((held.get(post, (1, str(post))), post))
    return {code: min(some)[1] for code, some in found.items()}


def _propose(call: Call, net: LegacyNet, wanted: list[tuple[UUID, UUID]]) -> None:
    rows.insert(
        DutyTransfer,
        (
            {"id": new_id(), "duty_id": duty, "post_id": post, "proposed_at": call.at,
             "changed_by": call.id}
            for duty, post in wanted
        ),
    )  # fmt: skip
    if wanted:
        call.tell("nets.successors_proposed", subject=net.id, area=net.area_code,
                  transfers=len(wanted))  # fmt: skip
    for account, number in _concerned(wanted, call).items():
        notify(account, about=NOTICE, subject=net.id, area=net.area_code, at=call.at,
               net=net.name, number=number)  # fmt: skip


def _concerned(wanted: Iterable[tuple[UUID, UUID]], call: Call) -> Mapping[UUID, int]:
    """Count by account how many hand-overs wait for its signature, on either side."""
    pairs = list(wanted)
    old = dict(
        LegacyDuty.objects.filter(id__in={duty for duty, _ in pairs})
        .exclude(person__account=None)
        .values_list("id", "person__account")
    )
    held = Appointment.objects.filter(
        Q(held_until=None) | Q(held_until__gt=call.at),
        post__in={post for _, post in pairs},
        held_from__lte=call.at,
    ).exclude(person__account=None)
    new: dict[UUID, list[UUID]] = defaultdict(list)
    for post, account in held.values_list("post_id", "person__account"):
        new[post].append(account)
    found: dict[UUID, int] = defaultdict(int)
    for duty, post in pairs:
        for account in {*new[post], *([old[duty]] if duty in old else [])}:
            found[account] += 1
    return found
