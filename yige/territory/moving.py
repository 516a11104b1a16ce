"""Let every open row follow its place when the net under it has changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yige.base.models import InArea
from yige.territory.affected import in_area_models, in_parts
from yige.territory.models import Membership, Succession, Unit


def rederive(units: QuerySet[Unit], retired: Iterable[str], *, at: datetime) -> dict[str, int]:
    """Give every open row the area it lies in now; return how many rows moved, by table.

    Rows that know their unit follow it, as far as it is one of these; those that know only an
    ended area go to the one that took over most of its households at that instant.
    """
    ended = sorted(retired)
    moved = {}
    for model in in_area_models():
        number = _follow_units(model, units)
        for some in in_parts(ended):
            number += _follow_heirs(model, some, at)
        if number:
            moved[model._meta.label_lower] = number
    return moved


def _follow_units(model: type[InArea], units: QuerySet[Unit]) -> int:
    unit = Unit.objects.filter(code=OuterRef("unit_code"))
    held = Membership.objects.filter(unit__code=OuterRef("unit_code"), valid_until=None)
    place = Coalesce(
        Subquery(held.values("grid__code")[:1]), Subquery(unit.values("community_code")[:1])
    )
    there = model.open_rows().filter(unit_code__in=units.values("code"))
    moving = there.annotate(_place=place).exclude(area_code=F("_place"))
    return _plain(model, moving).update(area_code=place)


def _follow_heirs(model: type[InArea], retired: Sequence[str], at: datetime) -> int:
    later = Succession.objects.filter(old_code=OuterRef("area_code"), at=at)
    heir = Subquery(later.order_by("-share", "new_code").values("new_code")[:1])
    there = model.open_rows().filter(area_code__in=retired)
    return _plain(model, there).update(area_code=Coalesce(heir, F("area_code")))


def _plain(model: type[InArea], there: QuerySet[Any]) -> QuerySet[Any]:
    """Select the same rows by their key, so that an update bears any way of choosing them."""
    return model._default_manager.filter(pk__in=there.values("pk"))
