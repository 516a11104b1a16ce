"""What concerns the caller alone: who it acts as, and its jobs."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yige.api.answers import answered_by, said
from yige.api.callers import caller_of
from yige.base.joblist import JobRow, job_of

router = Router(tags=["own"])


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A post that the caller may name as the `post` of a command."""

    post: UUID
    role: str
    area_code: str
    title: str


@dataclass(frozen=True, slots=True)
class Me:
    """The caller as its commands will be signed."""

    account: UUID | None
    name: str
    role: str
    area_code: str
    post: UUID | None
    title: str
    posts: tuple[PostHeld, ...]


@router.get("/me", operation_id="me", summary="Ask who one is")
@answered_by("me", Me)
def me(request: HttpRequest) -> HttpResponse:
    """Give the acting post, and the others the same person holds now."""
    caller = caller_of(request)
    actor = caller.actor
    posts = tuple(
        PostHeld(seat.post, seat.actor.role, seat.actor.area, seat.actor.title)
        for seat in caller.seats
    )
    return said(
        Me(actor.account, actor.name, actor.role, actor.area, actor.post, actor.title, posts)
    )


@router.get("/jobs/{uuid:job}", operation_id="job", summary="Read a job")
@answered_by("job", JobRow)
def job(request: HttpRequest, job: UUID) -> HttpResponse:
    """Give a job's state, share done, and its result or refusal."""
    return said(job_of(caller_of(request).actor, job))
