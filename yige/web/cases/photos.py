"""Photos that came with a form, stored before the command that names them."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest

from yige.base.photos import keep_photo
from yige.edge.actors import actor_of
from yige.edge.forms import command_id_of
from yige.kernel import clock

MOST_PHOTOS: Final = 9
KEPT: Final = "photos_kept"


def photos_of(request: HttpRequest) -> list[str]:
    """Store the photos of a form and return their ids; raise NotAPhoto or PhotoTooLarge.

    Photos of a form that was refused before are stored already; the form names them again.
    """
    account, at, command = actor_of(request).account, clock.now(), command_id_of(request)
    kept = _kept(request)
    free = MOST_PHOTOS - len(kept)
    new = [
        str(keep_photo(file, name=file.name or "", at=at, account=account, sent_with=command).id)
        for file in request.FILES.getlist("photos")[:free]
    ]
    request.photos_kept = [*kept, *new]  # type: ignore[attr-defined]
    return [*kept, *new]


def _kept(request: HttpRequest) -> list[str]:
    """Read the ids of photos that are stored already, leaving out what is none."""
    kept = []
    for said in request.POST.getlist(KEPT)[:MOST_PHOTOS]:
        try:
            kept.append(str(UUID(str(said))))
        except ValueError:
            continue
    return kept
