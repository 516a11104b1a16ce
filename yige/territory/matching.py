"""Which units of a survey are known already: the same keep their id and code for ever."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yige.base.access import within
from yige.kernel.codes import UNIT_DIGITS
from yige.territory.models import Unit
from yige.territory.survey_found import RowError, SurveyRows


@dataclass(frozen=True, eq=False)
class Match:
    """For each row the unit it is, or None; and the rows that cannot be what they say."""

    known: Sequence[Unit | None]
    errors: Sequence[RowError]
    missing: int

    @property
    def new(self) -> int:
        """How many rows are units that nobody knew."""
        return sum(unit is None for unit in self.known)


def matched(rows: SurveyRows, area: str) -> Match:
    """Find the known unit of each row, by its permanent code or by the source's own.

    A unit cannot come again in another community: its code says where it stands.
    """
    there = Unit.objects.filter(within(area, field="community_code"), valid_until=None)
    units = list(there)
    by_code = {unit.code: unit for unit in units}
    by_source = {unit.source_id: unit for unit in units if unit.source_id}
    known = [by_code.get(code) or by_source.get(code) for code in rows.code]
    errors = [
        RowError(number, "community", community, "territory.row_other_community",
                 {"unit": unit.code, "community": unit.community_code})
        for number, community, unit in zip(rows.number, rows.community, known, strict=True)
        if unit is not None and unit.community_code != community
    ]  # fmt: skip
    again = {unit.code for unit in known if unit is not None}
    communities = set(rows.community)
    missing = sum(u.community_code in communities and u.code not in again for u in units)
    return Match(known, errors, missing)


def new_codes(communities: Iterable[str]) -> list[str]:
    """Give the next permanent codes, one for each community named, in that order."""
    wanted = list(communities)
    last = _last_serials(set(wanted))
    codes = []
    for community in wanted:
        last[community] += 1
        codes.append(f"{community}{last[community]:06d}")
    return codes


def _last_serials(communities: set[str]) -> dict[str, int]:
    last: dict[str, int] = defaultdict(int)
    for community in communities:
        # By code: a unit that the state has put elsewhere keeps its own for ever.
        codes = Unit.objects.filter(within(community, field="code")).values_list("code", flat=True)
        last[community] = max(
            (int(code[12:]) for code in codes if len(code) == UNIT_DIGITS), default=0
        )
    return last


def changed(unit: Unit, values: Mapping[str, Any]) -> bool:
    """Tell whether a survey says anything else of a unit than is known."""
    return any(getattr(unit, name) != value for name, value in values.items())
