"""Photos that came with a form, stored before the command that names them."""

from django.http import HttpRequest

from yige.base.photos import keep_photo
from yige.edge.actors import actor_of
from yige.edge.forms import command_id_of
from yige.kernel import clock

MOST_PHOTOS = 9


def photos_of(request: HttpRequest) -> list[str]:
    """Store the photos of a form and return their ids; raise NotAPhoto or PhotoTooLarge."""
    account, at, command = actor_of(request).account, clock.now(), command_id_of(request)
    return [
        str(keep_photo(file, name=file.name or "", at=at, account=account, sent_with=command).id)
        for file in request.FILES.getlist("photos")[:MOST_PHOTOS]
    ]
