"""Order prints for the grids of an area, and keep the numbered register of what was printed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from json import loads
from typing import Final, Literal
from uuid import UUID

from django.db import connection
from django.utils.timezone import get_default_timezone
from pydantic import Field

from yige.base import jobs, rows
from yige.base.commands import Call, command
from yige.base.crypto import canonical
from yige.base.fields import AreaCode, Body
from yige.homes import access
from yige.homes.cards import give_cards, living_cards
from yige.homes.errors import EndsTooSoon, NothingToPrint, RunMissing
from yige.homes.models import Numbering, Print, Run
from yige.homes.pieces import in_pieces
from yige.homes.stale import to_print_again
from yige.territory import queries
from yige.territory.models import Membership

LONGEST: Final = timedelta(days=3 * 366)
A_YEAR: Final = timedelta(days=365)


class PrintOrder(Body):
    """What is to be printed: for every grid of an area, or only where paper has gone stale."""

    area: AreaCode
    kind: Literal["cards", "maps"]
    expires_on: date | None = None
    only_stale: bool = False


class Printed(Body):
    """What the job made of a printing: the file, and for each grid the digest of what it says."""

    run: UUID
    file: str = Field(pattern=r"^[0-9a-f]{64}$")
    pages: int = Field(ge=1)
    seconds: float = Field(ge=0)
    says: list[str] = Field(max_length=100_000)


@command("homes.order_prints", may=access.may_print)
def order_prints(call: Call, order: PrintOrder) -> Run:
    """Set numbers aside, give each grid a card where it needs one, and have a job print.

    Raises NothingToPrint where no grid is in force, or no paper has gone stale.
    """
    until = _until(order, call.at)
    grids = _grids(order, call.at)
    if not grids:
        raise NothingToPrint(area=order.area, kind=order.kind)
    if order.kind == Run.CARDS:
        give_cards(grids, at=call.at, until=until)
    year = call.at.astimezone(get_default_timezone()).year
    job = jobs.enqueue("homes.print", at=call.at, by=call.actor, area=order.area, run=str(call.id))
    run = Run.objects.create(
        id=call.id,
        kind=order.kind,
        area_code=order.area,
        grids=canonical(grids),
        year=year,
        first=take_numbers(year, len(grids)) - len(grids) + 1,
        count=len(grids),
        asked_at=call.at,
        asked_by=call.actor.name[:60],
        expires_at=until,
        job_id=job.id,
    )
    call.tell("homes.prints_ordered", subject=run.id, area=order.area, prints=run.kind,
              count=run.count)  # fmt: skip
    return run


@command("homes.note_prints", may=access.may_note)
def note_prints(call: Call, done: Printed) -> Run:
    """Enter what a job has printed in the register; a second word on the same is ignored."""
    run = Run.objects.filter(id=done.run).first()
    if run is None:
        raise RunMissing(run=str(done.run))
    if run.printed_at is not None:
        return run
    run.file, run.pages, run.seconds = done.file, done.pages, done.seconds
    run.printed_at = call.at
    run.save()
    grids = grids_of(run)
    living = living_cards(grids) if run.kind == Run.CARDS else {}
    rows.insert(
        Print,
        (
            {
                "run_id": run.id,
                "kind": run.kind,
                "number": number,
                "grid_code": grid,
                "card_id": living[grid].id if grid in living else None,
                "says": says,
                "printed_at": call.at,
                "expires_at": run.expires_at,
            }
            for grid, number, says in zip(grids, numbers_of(run), done.says, strict=True)
        ),
    )
    call.tell("homes.printed", subject=run.id, area=run.area_code, prints=run.kind,
              count=run.count, pages=run.pages)  # fmt: skip
    return run


def grids_of(run: Run) -> list[str]:
    """List the grids that a printing is about."""
    return list(loads(run.grids))


def numbers_of(run: Run) -> list[str]:
    """List the numbers set aside for a printing, in the order of its grids."""
    return [number_of(run.year, run.first + place) for place in range(run.count)]


def number_of(year: int, serial: int) -> str:
    """Write the number of a print."""
    return f"{year}-{serial:06d}"


def take_numbers(year: int, count: int) -> int:
    """Take the next numbers of a year and return the last of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE homes_numbering SET last = last + %s WHERE year = %s RETURNING last",
            [count, year],
        )
        found = cursor.fetchone()
    if found:
        return int(found[0])
    Numbering.objects.get_or_create(year=year)
    return take_numbers(year, count)


def _grids(order: PrintOrder, at: datetime) -> Sequence[str]:
    """Name the grids to print: a household map needs doors to show."""
    grids = (
        to_print_again(order.area, order.kind, at=at)
        if order.only_stale
        else [grid.code for grid in queries.grids_at(order.area, at)]
    )
    return grids if order.kind == Run.CARDS else with_doors(grids)


def with_doors(grids: Sequence[str]) -> list[str]:
    """Keep the grids in which the doors of a unit are listed."""
    found: set[str] = set()
    for some in in_pieces(sorted(grids)):
        held = Membership.objects.filter(grid__code__in=some, valid_until=None)
        listed = held.filter(unit__stairwell__isnull=False)
        found |= set(listed.order_by().values_list("grid__code", flat=True).distinct())
    return [grid for grid in grids if grid in found]


def _until(order: PrintOrder, at: datetime) -> datetime:
    """Let prints be good until the end of a day, a year from now if none was said."""
    zone = get_default_timezone()
    day = order.expires_on or (at + A_YEAR).astimezone(zone).date()
    until = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    if not at + timedelta(days=1) <= until <= at + LONGEST:
        raise EndsTooSoon(expires_on=day.isoformat())
    return until
