"""In which mode an area stands: ordinary operation, unless a row says otherwise.

Every page asks, and modes change seldom: the rows are kept in memory. Whoever writes one notes it
with `snapshot.stamp(MODES, by=...)`.
"""

from dataclasses import dataclass
from datetime import datetime

from yige.base import snapshot
from yige.kernel.codes import parents
from yige.territory.models import AreaMode

CALM = "calm"
MODES = "territory.modes"


@dataclass(frozen=True, slots=True)
class InMode:
    """The mode of an area: calm, response or exercise, with its level (I to IV)."""

    mode: str = CALM
    level: str = ""


def mode_of(area: str, *, at: datetime) -> InMode:
    """Return the mode that holds in an area at an instant: its own, or that of an area above."""
    over = parents(area)
    rows = snapshot.take().kept(MODES, lambda: list(AreaMode.objects.all()))
    found = [row for row in rows if row.area_code in over and row.holds(at)]
    nearest = max(found, key=lambda row: (len(row.area_code), row.since_at), default=None)
    return InMode(nearest.mode, nearest.level) if nearest else InMode()
