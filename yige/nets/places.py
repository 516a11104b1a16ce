"""Find what a cell names: units, buildings, compounds and communities of the net's area."""

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from yige.base.access import within
from yige.kernel.codes import Level
from yige.kernel.results import Facts
from yige.nets.overlay import Extent
from yige.territory.models import Building, Compound, Division, Unit
from yige.territory.survey_columns import plain


class NotFound(Exception):
    """What a cell names is not there, or there more than once: in which column, and why."""

    def __init__(self, key: str, code: str, value: str, **facts: Any) -> None:
        super().__init__(code, value)
        self.key, self.code, self.value = key, code, value
        self.facts: Facts = facts


@dataclass(frozen=True, eq=False)
class Places:
    """Everything of an area that a cell may name; a unit also by the survey's own id."""

    units: Mapping[str, str] = field(default_factory=dict)
    communities: Mapping[str, list[str]] = field(default_factory=dict)
    compounds: Mapping[str, list[tuple[UUID, str]]] = field(default_factory=dict)
    buildings: Mapping[str, list[tuple[UUID, UUID | None, str]]] = field(default_factory=dict)

    def extent(self, said: Mapping[str, Sequence[str]]) -> Extent:
        """Find what is named; of buildings, compounds and communities the narrowest counts.

        The wider ones say where it is looked for. Raises NotFound.
        """
        units = [self._one(name, self.units, "units") for name in said["units"]]
        communities = [
            code
            for name in said["communities"]
            for code in self._all(name, self.communities, "communities")
        ]
        compounds = self._compounds(said["compounds"], communities)
        if said["buildings"]:
            buildings = self._buildings(said["buildings"], compounds, communities)
            return Extent(units=units, buildings=buildings)
        if said["compounds"]:
            return Extent(units=units, compounds=compounds)
        return Extent(units=units, communities=communities)

    def _compounds(self, names: Iterable[str], communities: Sequence[str]) -> list[UUID]:
        found = []
        for name in names:
            there = self._all(name, self.compounds, "compounds")
            within_those = [i for i, code in there if not communities or code in communities]
            found.append(_single(within_those, "compounds", name))
        return found

    def _buildings(
        self, names: Iterable[str], compounds: Sequence[UUID], communities: Sequence[str]
    ) -> list[UUID]:
        found = []
        for name in names:
            there = self._all(name, self.buildings, "buildings")
            within_those = [
                i
                for i, compound, code in there
                if (not compounds or compound in compounds)
                and (not communities or code in communities)
            ]
            found.append(_single(within_those, "buildings", name))
        return found

    def _one(self, name: str, known: Mapping[str, str], key: str) -> str:
        if name not in known:
            raise NotFound(key, "nets.row_place_unknown", name, near=[])
        return known[name]

    def _all(self, name: str, known: Mapping[str, list[Any]], key: str) -> list[Any]:
        found = known.get(plain(name))
        if not found:
            near = difflib.get_close_matches(plain(name), list(known), n=3, cutoff=0.6)
            raise NotFound(key, "nets.row_place_unknown", name, near=near)
        return found


def places_of(area: str) -> Places:
    """Read what an area holds now."""
    there = within(area, field="community_code")
    compounds: dict[str, list[tuple[UUID, str]]] = defaultdict(list)
    name_of: dict[UUID | None, str] = {}
    for i, code, name in Compound.objects.filter(there).values_list(
        "id", "community_code", "name"
    ):
        compounds[plain(name)].append((i, code))
        name_of[i] = name
    buildings: dict[str, list[tuple[UUID, UUID | None, str]]] = defaultdict(list)
    for i, code, name, compound in Building.objects.filter(there).values_list(
        "id", "community_code", "name", "compound_id"
    ):
        for called in {plain(name), plain(name_of.get(compound, "") + name)}:
            buildings[called].append((i, compound, code))
    return Places(_units(area), _communities(area), compounds, buildings)


def _units(area: str) -> dict[str, str]:
    pairs = list(
        Unit.objects.filter(within(area, field="community_code"), valid_until=None).values_list(
            "code", "source_id"
        )
    )
    once = Counter(own for _, own in pairs)
    by_own = {own: code for code, own in pairs if own and once[own] == 1}
    return by_own | {code: code for code, _ in pairs}


def _communities(area: str) -> dict[str, list[str]]:
    """Let a community be called by its code or its name (all of one name are meant)."""
    there = Division.objects.filter(
        within(area, field="code"), valid_until=None, level=Level.COMMUNITY
    )
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in there.values_list("code", "name"):
        found[code].append(code)
        found[plain(name)].append(code)
    return found


def _single(found: Sequence[UUID], key: str, name: str) -> UUID:
    if len(found) != 1:
        code = "nets.row_place_unknown" if not found else "nets.row_place_ambiguous"
        raise NotFound(key, code, name, near=[], count=len(found))
    return found[0]
