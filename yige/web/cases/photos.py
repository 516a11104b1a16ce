"""Photos that came with a form, stored before the command that names them."""

from typing import Final

from django.http import HttpRequest

from yige.base.photos import keep_photo
from yige.edge.actors import actor_of
from yige.edge.forms import command_id_of
from yige.kernel import clock
from yige.kernel.ids import is_id

MOST_PHOTOS: Final = 9
KEPT: Final = "photos_kept"


def photos_of(request: HttpRequest) -> list[str]:
    """Store the photos of a form and return their ids; raise NotAPhoto or PhotoTooLarge.

    Photos of a form that was refused before are stored already; the form names them again.
    """
    account, at, command = actor_of(request).account, clock.now(), command_id_of(request)
    kept = [said for said in request.POST.getlist(KEPT) if is_id(said)][:MOST_PHOTOS]
    free = MOST_PHOTOS - len(kept)
    new = [
        str(keep_photo(file, name=file.name or "", at=at, account=account, sent_with=command).id)
        for file in request.FILES.getlist("photos")[:free]
    ]
    request.photos_kept = [*kept, *new]  # type: ignore[attr-defined]
    return [*kept, *new]
