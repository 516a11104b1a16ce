"""What this room hears."""

from collections.abc import Sequence

from yige.base.listeners import Heard, listener
from yige.channels.notices import notify
from yige.people.holders import desk_of


@listener("cases.deferred", kinds=("base.command_deferred",))
def tell_of_deferred_steps(heard: Sequence[Heard]) -> None:
    """Tell the desk of an area what came too late for its author and waits there."""
    for event in heard:
        if event.subject and event.area_code:
            desk = desk_of(event.area_code, at=event.at)
            notify(desk, about=event.kind, subject=event.subject, area=event.area_code,
                   at=event.at)  # fmt: skip
