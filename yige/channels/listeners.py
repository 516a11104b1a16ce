"""What this room hears: a change of the net is told to everybody whose area it concerns."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from yige.base import rows
from yige.base.access import Role
from yige.base.listeners import Heard, listener
from yige.channels.models import Notice
from yige.channels.notices import notice_row
from yige.kernel.codes import Level, is_within, part
from yige.people.holders import Holder, holders_within
from yige.territory import queries
from yige.territory.access import CONSULTED
from yige.territory.models import PlanComment

ASKED: Final = "territory.plan_consulted"
SAID: Final = "territory.plan_commented"
ANSWERED: Final = "territory.comment_answered"
OPENED: Final = "territory.grid_opened"
CHANGED: Final = ("territory.plan_adopted", "territory.divisions_changed")
DESKS: Final = {Role.STATION: Level.COMMUNITY, Role.INTAKE: Level.TOWN, Role.PLATFORM: Level.CITY}


@listener("channels.net_changes", kinds=(OPENED, *CHANGED))
def tell_of_net_changes(heard: Sequence[Heard]) -> None:
    """Tell holders in a grid that began what it is made of, and desks how many grids changed."""
    by_position: dict[int, list[Heard]] = defaultdict(list)
    for event in heard:
        by_position[event.position].append(event)
    for events in by_position.values():
        rows.insert(Notice, list(_notices(events)))


def _notices(events: Sequence[Heard]) -> Iterator[dict[str, Any]]:
    """Write what one change means to everybody; whoever made it knows."""
    # What an older release told says less, and is no news any more.
    changes = [e for e in events if e.kind in CHANGED and "communities" in e.facts]
    if not changes:
        return
    change = changes[0]
    holders = holders_within(part(change.area_code, Level.CITY), at=change.at)
    within = defaultdict(list)
    for holder in holders:
        within[holder.area_code].append(holder)
    for event in events:
        if event.kind == OPENED:
            yield from _to_grid(event, change, within[event.area_code])
    yield from _to_desks(change, holders)


def _to_grid(event: Heard, change: Heard, holders: Sequence[Holder]) -> Iterator[dict[str, Any]]:
    names = queries.names_of(event.facts["took_over"])
    facts = {
        "name": event.facts["name"],
        "code": event.area_code,
        "households": event.facts["households"],
        "before": "、".join(names.values()) or "—",
    }
    for account in sorted({h.account for h in holders if h.account}):
        yield _notice(account, event.kind, change, event.area_code, facts)


def _to_desks(change: Heard, holders: Sequence[Holder]) -> Iterator[dict[str, Any]]:
    """Tell each desk the sums of its own area, once for each account."""
    told = set()
    for holder in holders:
        level = DESKS.get(holder.role)
        if level is None or not holder.account or (holder.account, holder.area_code) in told:
            continue
        told.add((holder.account, holder.area_code))
        sums = [
            numbers
            for code, numbers in change.facts["communities"].items()
            if code.startswith(holder.area_code)
        ]
        if sums:
            ended, begun = (sum(column) for column in zip(*sums, strict=True))
            facts = {"name": queries.name_of(holder.area_code), "ended": ended, "begun": begun}
            yield _notice(holder.account, "territory.net_changed", change, holder.area_code, facts)


def _notice(
    account: UUID, about: str, change: Heard, area: str, facts: dict[str, Any]
) -> dict[str, Any]:
    assert change.subject is not None  # noqa: S101 - the plan, or the command itself
    return notice_row(account, about, change.subject, area, change.at, facts)


@listener("channels.consultations", kinds=(ASKED, SAID, ANSWERED))
def tell_of_consultations(heard: Sequence[Heard]) -> None:
    """Tell desks that they are asked about a plan, planners what is said, authors the answer."""
    tell = {ASKED: _to_asked, SAID: _to_planners, ANSWERED: _to_author}
    for event in heard:
        rows.insert(Notice, list(tell[event.kind](event)))


def _to_asked(event: Heard) -> Iterator[dict[str, Any]]:
    city = part(event.area_code, Level.CITY)
    for holder in holders_within(city, at=event.at, roles=CONSULTED):
        own, plan = holder.area_code, event.area_code
        if holder.account and (is_within(own, plan) or is_within(plan, own)):
            yield _notice(holder.account, ASKED, event, own, event.facts)


def _to_planners(event: Heard) -> Iterator[dict[str, Any]]:
    author = _author_of(event)
    city = part(event.area_code, Level.CITY)
    planners = holders_within(city, at=event.at, roles=(Role.PLANNER,))
    accounts = {p.account for p in planners if is_within(event.area_code, p.area_code)}
    facts = {"plan": event.facts["plan"], "name": queries.name_of(event.area_code)}
    for account in sorted(filter(None, accounts - {author})):
        yield _notice(account, SAID, event, event.area_code, facts)


def _to_author(event: Heard) -> Iterator[dict[str, Any]]:
    if author := _author_of(event):
        yield _notice(author, ANSWERED, event, event.area_code, {"plan": event.facts["plan"]})


def _author_of(event: Heard) -> UUID | None:
    there = PlanComment.objects.filter(id=event.facts["comment"])
    author: UUID | None = there.values_list("account", flat=True).first()
    return author
