"""What was printed, as the desks read it: printings, cards, and paper that has gone stale."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from json import loads
from typing import Any
from uuid import UUID

from yige.base.access import Actor
from yige.base.models import Job
from yige.homes import access
from yige.homes.cards import token_of
from yige.homes.models import Run
from yige.homes.prints import number_of
from yige.territory import queries

PAGE = 50


@dataclass(frozen=True, slots=True)
class RunRow:
    """A printing: what, for which area, by whom, with which numbers, and what came of it."""

    id: UUID
    kind: str
    area_name: str
    numbers: tuple[str, str]
    count: int
    pages: int
    asked_at: datetime
    asked_by: str
    expires_at: datetime
    job: UUID
    file: str
    state: str
    seconds: float
    step: str = ""
    done: float = 0.0
    is_own: bool = False
    refusal: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> object:
        """The kind in words."""
        return dict(Run.KINDS)[self.kind]

    @property
    def last_day(self) -> datetime:
        """The last instant at which the prints are good."""
        return self.expires_at - timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class CardRow:
    """A living card."""

    id: UUID
    grid_code: str
    grid_name: str
    token: str
    is_ended: bool
    issued_at: datetime
    expires_at: datetime


def runs(actor: Actor, *, most: int = PAGE) -> list[RunRow]:
    """List the printings of the actor's area, the latest first."""
    rows = list(access.visible_runs(actor).order_by("-asked_at", "-id")[:most])
    states = dict(
        Job.objects.filter(id__in=[row.job_id for row in rows]).values_list("id", "state")
    )
    names = queries.names_of({row.area_code for row in rows})
    return [_row(row, names[row.area_code], states.get(row.job_id, "")) for row in rows]


def run(actor: Actor, run_id: UUID) -> RunRow:
    """Return one printing with how far its job is, or raise RunMissing."""
    row = access.run_for(actor, run_id)
    job = Job.objects.filter(id=row.job_id).first()
    found = _row(row, queries.name_of(row.area_code), job.state if job else "")
    if job is None:
        return found
    refusal = loads(job.error) if job.error.startswith("{") else {}
    is_own = bool(actor.account) and job.account == actor.account
    return replace(found, step=job.step, done=job.done, is_own=is_own, refusal=refusal)


def living(actor: Actor, *, after: str = "", most: int = PAGE) -> list[CardRow]:
    """List the cards that were not revoked, by grid."""
    rows = access.visible_cards(actor).filter(revoked_at=None, grid_code__gt=after)
    page = list(rows.order_by("grid_code")[:most])
    return [
        CardRow(
            card.id,
            card.grid_code,
            queries.name_of(card.grid_code),
            token_of(card.id),
            not (queries.is_area(card.grid_code) and queries.area(card.grid_code).is_current),
            card.issued_at,
            card.expires_at,
        )
        for card in page
    ]


def _row(run: Run, area_name: str, state: str) -> RunRow:
    first, last = number_of(run.year, run.first), number_of(run.year, run.first + run.count - 1)
    return RunRow(
        run.id, run.kind, area_name, (first, last), run.count, run.pages, run.asked_at,
        run.asked_by, run.expires_at, run.job_id, run.file,
        Job.DONE if run.printed_at else state, run.seconds,
    )  # fmt: skip
