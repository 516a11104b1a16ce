"""What adopting a plan would touch of the old nets."""

from yige.nets.models import LegacyNet
from yige.nets.standing import standing_of
from yige.territory.affected import affected
from yige.territory.change import Change


@affected("nets")
def duties_affected(change: Change) -> dict[str, int]:
    """Count the open duties of old nets that will be open in other grids than today.

    Nothing of them moves: what is open is worked out from the units and the net in force.
    """
    duties = sum(
        any(part.area in change.retired for part in duty.parts)
        for net in LegacyNet.objects.filter(state=LegacyNet.OPEN)
        for duty in standing_of(net).duties
    )
    return {"duty_of_old_nets": duties}
