"""Take survey files away that nobody needs any more."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from yige.base import files
from yige.base.models import StoredFile
from yige.territory.models import Survey

KIND: Final = "survey"
"""As what the pages keep the files of surveys and of campaigns."""
KEPT_FOR: Final = timedelta(days=90)
"""Long enough to ask who made a file when somebody doubts what was stored from it."""
WAITING: Final = (Survey.READING, Survey.CHECKED, Survey.STORING)


def sweep(*, at: datetime, waiting: Collection[str] = ()) -> int:
    """Forget files that came in more than 90 days ago, and tell how many.

    A file stays while its survey waits for a decision, however long, or is named in `waiting`.
    What was stored from a file stays for ever: it is in the units, not in the file.
    """
    needed = set(Survey.objects.filter(state__in=WAITING).values_list("file", flat=True))
    needed |= set(waiting)
    old = StoredFile.objects.filter(kind=KIND, created_at__lt=at - KEPT_FOR)
    fresh = StoredFile.objects.filter(kind=KIND, created_at__gte=at - KEPT_FOR)
    needed |= set(fresh.values_list("digest", flat=True))
    gone = set(old.values_list("digest", flat=True)) - needed
    for digest in sorted(gone):
        files.forget(digest, kind=KIND)
    return len(gone)
