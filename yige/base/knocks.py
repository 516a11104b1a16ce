"""How often a stranger has knocked at a door within a window of time.

Counters, not business data: they say nothing of the city, so they need no journal. A caller
stands there as a digest that is another one in each window, made with a key of the store.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from yige.base import rows
from yige.base.crypto import keyed_digest
from yige.base.models import Knock

COUNT: Final = """
    INSERT INTO base_knock (caller, times, ends_at) VALUES (%s, %s, %s)
    ON CONFLICT (caller) DO UPDATE SET times = base_knock.times + excluded.times
    RETURNING times
"""
KEPT: Final = timedelta(hours=1)
"""For how long an ended window is left alone, so that nobody still counts in what is removed."""


def count(door: str, caller: str, times: int, *, minutes: int, at: datetime) -> int:
    """Count a caller's knocks at a door; return how many there are in the window of `at`."""
    window = int(at.timestamp()) // (minutes * 60)
    ends_at = datetime.fromtimestamp((window + 1) * minutes * 60, at.tzinfo)
    name = keyed_digest(f"{door}\x00{caller}", key="knocks", purpose=f"{minutes} {window}")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [name, times, rows.as_instant(ends_at)])
            found = int(cursor.fetchone()[0])
        if found == times:
            Knock.objects.filter(ends_at__lt=at - KEPT).delete()
    return found
