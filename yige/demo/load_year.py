"""Let the demo's year of cases happen, as past cases of the people who held the posts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from yige.base.access import RESIDENT, Actor, Role
from yige.base.reading import one_look
from yige.cases.bulk import load
from yige.cases.bulk_workers import no_sweeping
from yige.cases.past import PastCase, PastStep
from yige.demo.city import City
from yige.demo.staff import ALSO_CALLED
from yige.demo.year import Year
from yige.people.holders import Holder, holders_within
from yige.people.organisations import organisation_coded
from yige.people.roles import DESK_ROLES
from yige.territory.locate import Located, area_of_unit

WORKERS = 2
SOLVED_FROM = 3
"""A rating from which the demo's reporters say that it is solved."""


def load_year(city: City, year: Year, *, until: datetime) -> int:
    """Load the year that ends at an instant; return how many cases it has."""
    with no_sweeping(), one_look():
        return load(_Cases(city, year, until), workers=WORKERS).cases


class _Cases:
    """Cases of a year, told by the desks of the city."""

    def __init__(self, city: City, year: Year, until: datetime) -> None:
        self.city, self.year = city, year
        holders = holders_within(city.code, at=until)
        self.desks = {
            (holder.area_code, holder.role): _actor(holder)
            for holder in holders
            if holder.role in DESK_ROLES.values()
        }
        self.units = {
            holder.organisation: _actor(holder)
            for holder in holders
            if holder.role is Role.HANDLER and holder.organisation
        }
        self.filled: dict[tuple[str, Role], Actor] = {}
        self.organisations: dict[str, UUID] = {
            word: organisation_coded(ALSO_CALLED.get(word, word)).id
            for word in set(year.handler) - {""}
        }
        self.areas = {code: area_of_unit(code) for code in city.units.code}
        self.steps = _steps_by_case(year)
        self.reported_at, self.stepped_at = year.reported_at.tolist(), year.steps.at.tolist()
        self.made: dict[int, PastCase] = {}

    def __len__(self) -> int:
        return len(self.year.reported_at)

    def times(self, number: int) -> list[datetime]:
        """Return when a case was reported, and when each of its steps was taken."""
        steps = (self.stepped_at[row] for row in self.steps[number])
        return [_instant(at) for at in (self.reported_at[number], *steps)]

    def case(self, number: int) -> PastCase:
        """Return a case with its steps."""
        made = self.made.get(number)
        if made is None:
            made = self.made[number] = self._make(number)
        return made

    def _make(self, case: int) -> PastCase:
        place = self._place(case)
        return PastCase(
            report=self._report(case, place),
            at=_instant(self.reported_at[case]),
            actor=self._reporter(self.year.source[case], place.area_code),
            steps=list(self._steps(case, place.area_code)),
            place=place,
        )

    def _place(self, case: int) -> Located:
        unit, village = int(self.year.unit[case]), int(self.year.village[case])
        if unit >= 0:
            code = self.city.units.code[unit]
            return Located(code, self.areas[code], "unit")
        if village >= 0:
            return Located("", self.city.villages.code[village], "point")
        return Located("", self.city.code, "city")

    def _report(self, case: int, place: Located) -> dict[str, Any]:
        lon, lat = self.year.point[case].tolist()
        said: dict[str, Any] = {"lon": lon, "lat": lat} if lon == lon else {}
        if place.unit_code:
            said["unit_code"] = place.unit_code
            said["address"] = "".join(self.city.address(int(self.year.unit[case]))[2:])
        return {
            "text": self.year.text[case],
            "category": self.year.category[case],
            "source": self.year.source[case],
            "place": said,
        }

    def _reporter(self, source: str, area: str) -> Actor:
        level = {"grid": Role.GRID_WORKER, "desk": Role.STATION, "hotline": Role.PLATFORM}
        role = level.get(source)
        return self._desk(area, role) if role else RESIDENT

    def _steps(self, case: int, area: str) -> Iterator[PastStep]:
        for row in self.steps[case]:
            steps = self.year.steps
            verb, by, seconds = steps.verb[row], steps.by[row], self.stepped_at[row]
            actor = self._unit(case) if by == "unit" else self._desk(area, _ROLES[by])
            yield PastStep(verb, _instant(seconds), actor, self._body(case, verb, row))

    def _body(self, case: int, verb: str, row: int) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if self.year.steps.reason[row]:
            body["text"] = self.year.steps.reason[row]
        if verb == "dispatch":
            body["organisation"] = str(self._organisation(case))
        elif verb == "rate":
            rating = int(self.year.rating[case])
            body |= {"rating": rating or None, "is_solved": rating >= SOLVED_FROM}
        return body

    def _desk(self, area: str, role: Role) -> Actor:
        found = self.filled.get((area, role))
        if found is None:
            found = self.filled[area, role] = self._first_filled(area, role)
        return found

    def _first_filled(self, area: str, role: Role) -> Actor:
        """Return who keeps a desk of the area, or the next one above that is filled."""
        roles = list(DESK_ROLES.values())
        for length, known in zip((15, 12, 9, 6), roles, strict=True):
            if roles.index(known) >= roles.index(role) and len(area) >= length:
                found = self.desks.get((area[:length], known))
                if found:
                    return found
        return self.desks[self.city.code, Role.PLATFORM]

    def _organisation(self, case: int) -> UUID:
        return self.organisations[self.year.handler[case]]

    def _unit(self, case: int) -> Actor:
        return self.units[self._organisation(case)]


_ROLES = {
    "grid": Role.GRID_WORKER,
    "community": Role.STATION,
    "town": Role.INTAKE,
    "city": Role.PLATFORM,
}


def _steps_by_case(year: Year) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(len(year.reported_at))]
    for row, case in enumerate(year.steps.case.tolist()):
        found[case].append(row)
    return found


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _actor(holder: Holder) -> Actor:
    return Actor(
        role=holder.role,
        area=holder.area_code,
        account=holder.account,
        person=holder.person,
        post=holder.post,
        organisation=holder.organisation,
        name=holder.name,
        title=holder.title,
    )
