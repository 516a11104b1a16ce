"""What cases tell a planner: how many a unit has had."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from yige.base.access import within
from yige.cases.models import Case
from yige.territory.work import work_source


@work_source("case", label=_("Minutes of work a year for each case"), minutes=45,
             source="Going there, handling and writing it down")  # fmt: skip
def cases_by_unit(area: str, since: datetime, until: datetime) -> Mapping[str, int]:
    """Count the cases that a unit's people and stairs had in a time."""
    there = Case.objects.filter(
        within(area, field="unit_code"), received_at__gte=since, received_at__lt=until
    )
    counted = there.order_by().values("unit_code").annotate(many=Count("id"))
    return dict(counted.values_list("unit_code", "many"))
