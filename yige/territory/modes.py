"""In which mode an area stands: ordinary operation, unless a row says otherwise."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from yige.kernel.codes import parents
from yige.territory.models import AreaMode

CALM = "calm"


@dataclass(frozen=True, slots=True)
class InMode:
    """The mode of an area: calm, response or exercise, with its level (I to IV)."""

    mode: str = CALM
    level: str = ""


def mode_of(area: str, *, at: datetime) -> InMode:
    """Return the mode that holds in an area at an instant: its own, or that of an area above."""
    over = Q(until_at=None) | Q(until_at__gt=at)
    found = AreaMode.objects.filter(over, area_code__in=parents(area), since_at__lte=at)
    nearest = max(found, key=lambda row: (len(row.area_code), row.since_at), default=None)
    return InMode(nearest.mode, nearest.level) if nearest else InMode()
