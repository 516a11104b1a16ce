"""Look at the good rows of a survey as a whole, and note what a person should see."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import shapely

from yige.kernel.places import Datum, Plane, to_storage
from yige.kernel.results import Facts
from yige.territory.adjacency import Adjacency
from yige.territory.survey_found import (
    Floats,
    Ints,
    Notice,
    Outline,
    Shapes,
    SurveyRows,
    as_outline,
)

_FAR_METRES: Final = 3_000.0
_FAR_TIMES: Final = 8.0


class Checks:
    """Collects the notices about the rows that are left after the errors."""

    def __init__(self, rows: SurveyRows, raw_places: tuple[Floats, Floats]) -> None:
        self.rows, self.raw_places = rows, raw_places
        self.notices: list[Notice] = []

    def note(self, code: str, places: Sequence[int] | Ints, **facts: object) -> None:
        numbers = [self.rows.number[int(place)] for place in places]
        self.notices.append(Notice(code, {"count": len(numbers), **facts}, numbers))  # type: ignore[dict-item]

    def places(
        self,
        city: Outline | None,
        communities: Mapping[str, Outline],
        datum: Datum | None,
    ) -> None:
        rows = self.rows
        if datum is None or not np.isfinite(rows.lon).any():
            return
        around = _surroundings(rows.community, city, communities)
        if around is not None:
            self._check_datum(around, datum)
        if city is not None:
            outline = as_outline(city)
            placed = np.isfinite(rows.lon)
            outside = np.flatnonzero(placed & ~shapely.contains_xy(outline, rows.lon, rows.lat))
            if len(outside):
                self.note("territory.survey_outside_city", outside, units=len(rows))
        self._check_far()

    def _check_datum(self, around: Shapes, datum: Datum) -> None:
        inside = {known: self._inside(around, known) for known in Datum}
        units = len(self.rows)
        likely = max(inside, key=lambda known: inside[known])
        gain = inside[likely] - inside[datum]
        clearly = gain >= max(3, 0.02 * units) or (gain > 0 and inside[datum] < units / 2)
        if clearly:
            facts: Facts = {
                "declared": datum.value,
                "inside": inside[datum],
                "units": units,
                "likely": likely.value,
                "likely_inside": inside[likely],
            }
            self.notices.append(Notice("territory.survey_datum_doubtful", facts))

    def _inside(self, around: Shapes, datum: Datum) -> int:
        lon, lat = to_storage(*self.raw_places, datum=datum)
        return int(shapely.contains_xy(around, lon, lat).sum())

    def _check_far(self) -> None:
        """Note units much further from the middle of their community than the others are."""
        rows = self.rows
        community = rows.community_index()
        x, y = Plane.around(rows.lon, rows.lat).metres(rows.lon, rows.lat)
        far = []
        for members in _by_label(community):
            if len(members) < 5:
                continue
            away = np.hypot(
                x[members] - np.nanmedian(x[members]), y[members] - np.nanmedian(y[members])
            )
            limit = max(_FAR_METRES, _FAR_TIMES * float(np.nanmedian(away)))
            far += members[away > limit].tolist()
        if far:
            self.note("territory.survey_far_from_community", sorted(far))

    def communities(
        self, known: Mapping[str, str] | Collection[str] | None, lower: int | None
    ) -> None:
        held: dict[str, int] = defaultdict(int)
        for community, households in zip(
            self.rows.community, self.rows.households.tolist(), strict=True
        ):
            held[community] += households
        without = sorted(set(known or ()) - set(held))
        if without:
            facts: Facts = {"count": len(without), "communities": list(without)}
            self.notices.append(Notice("territory.survey_community_without_units", facts))
        small = sorted(name for name, households in held.items() if households < (lower or 0))
        if small:
            facts = {"count": len(small), "communities": list(small), "lower": lower}
            self.notices.append(Notice("territory.survey_community_small", facts))

    def neighbours(self, adjacency: Adjacency) -> None:
        if len(adjacency.alone):
            self.note("territory.survey_without_neighbour", adjacency.alone)
        apart = [piece for piece in adjacency.pieces if len(piece.units) > 1]
        if apart:
            names = sorted({self.rows.community[int(piece.units[0])] for piece in apart})
            facts: Facts = {"count": len(apart), "communities": list(names)}
            places = [int(unit) for piece in apart for unit in piece.units]
            numbers = [self.rows.number[place] for place in places]
            self.notices.append(Notice("territory.survey_in_pieces", facts, numbers))


def _surroundings(
    communities: Sequence[str], city: Outline | None, outlines: Mapping[str, Outline]
) -> Shapes | None:
    """Give each unit the outline it should lie in: its community's, else the city's."""
    whole = None if city is None else as_outline(city)
    shapes = {code: as_outline(outline) for code, outline in outlines.items()}
    around = np.array([shapes.get(code, whole) for code in communities], dtype=object)
    if any(shape is None for shape in around):
        return None
    for shape in {id(shape): shape for shape in around}.values():
        shapely.prepare(shape)
    return around


def _by_label(labels: Ints) -> Iterator[Ints]:
    order = np.argsort(labels, kind="stable").astype(np.int64)
    return iter(np.split(order, np.flatnonzero(np.diff(labels[order])) + 1))
