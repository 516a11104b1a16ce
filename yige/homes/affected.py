"""What a new division would do to paper that hangs in the stairwells."""

from yige.homes.models import Run
from yige.homes.stale import good_prints
from yige.kernel import clock
from yige.territory.affected import affected
from yige.territory.change import Change


@affected("homes")
def prints_affected(change: Change) -> dict[str, int]:
    """Count the grids that end while their cards and household maps are still good."""
    good = good_prints(change.retired, at=clock.now())
    return {"cards_to_reprint": good.get(Run.CARDS, 0), "maps_to_reprint": good.get(Run.MAPS, 0)}
