"""Schools, clinics, parks and shops: a point, a name and who answers for them."""

from dataclasses import dataclass, field

import numpy as np
import shapely

from yige.demo.ground import Floats
from yige.demo.seeds import stream
from yige.demo.streets import nearest_named
from yige.demo.tables import Communities, Compounds, Lots, Places, Streets, Towns, Villages
from yige.demo.words import PARK, SCHOOL, SHOP, Namer

ORGANISATIONS = {
    "school": "教育和体育局",
    "kindergarten": "教育和体育局",
    "clinic": "卫生健康局",
    "hospital": "卫生健康局",
    "park": "园林环卫中心",
    "square": "园林环卫中心",
    "market": "商贸服务中心",
    "works": "工业和信息化局",
}
SHOPS_PER_COMMUNITY = 9


@dataclass
class _Found:
    rows: list[tuple[str, str, int, int, int, int, int, str]] = field(default_factory=list)
    points: list[Floats] = field(default_factory=list)

    def add(
        self,
        kind: str,
        name: str,
        point: Floats,
        organisation: str,
        *,
        town: int,
        community: int = -1,
        village: int = -1,
        compound: int = -1,
        street: int = -1,
    ) -> None:
        self.rows.append((kind, name, town, community, village, compound, street, organisation))
        self.points.append(point)


def find_places(
    seed: int,
    towns: Towns,
    communities: Communities,
    villages: Villages,
    compounds: Compounds,
    streets: Streets,
    lots: Lots,
) -> Places:
    """Put places on lots, in compounds and in the villages where towns have their offices."""
    rng = stream(seed, "places")
    found = _Found()
    _on_lots(rng, found, communities, streets, lots)
    _in_compounds(rng, found, communities, compounds, streets)
    _in_villages(rng, found, towns, villages)
    kind, name, town, community, village, compound, street, organisation = zip(
        *found.rows, strict=True
    )
    return Places(
        list(kind),
        list(name),
        np.array(town),
        np.array(community),
        np.array(village),
        np.array(compound),
        np.array(street),
        list(organisation),
        np.array(found.points),
    )


def _on_lots(
    rng: np.random.Generator, found: _Found, communities: Communities, streets: Streets, lots: Lots
) -> None:
    parks, schools = Namer(rng, PARK), Namer(rng, SCHOOL)
    names = {
        "park": lambda: parks.next(),
        "square": lambda: parks.next("广场"),
        "school": lambda: schools.next(("小学", "中学", "学校")[int(rng.integers(3))]),
        "kindergarten": lambda: schools.next("幼儿园"),
        "hospital": lambda: schools.next("医院"),
        "market": lambda: schools.next("农贸市场"),
    }
    middles = _inside(lots.outline)
    near = nearest_named(streets, middles)
    for lot, kind in enumerate(lots.kind):
        if kind in names:
            owner = int(lots.community[lot])
            found.add(
                kind,
                names[kind](),
                middles[lot],
                ORGANISATIONS[kind],
                town=int(communities.town[owner]),
                community=owner,
                street=int(near[lot]),
            )


def _in_compounds(
    rng: np.random.Generator,
    found: _Found,
    communities: Communities,
    compounds: Compounds,
    streets: Streets,
) -> None:
    for owner, name in enumerate(communities.name):
        own = np.flatnonzero(compounds.community == owner)
        town = int(communities.town[owner])
        committee = f"{name}居民委员会"
        station, clinic, canteen = rng.choice(own, 3)
        for kind, title, compound, organisation in (
            ("station", f"{name}服务站", station, committee),
            ("clinic", f"{name}卫生服务站", clinic, ORGANISATIONS["clinic"]),
            ("canteen", f"{name}助老食堂", canteen, committee),
        ):
            point = _somewhere(rng, compounds.outline[compound])
            found.add(
                kind,
                title,
                point,
                organisation,
                town=town,
                community=owner,
                compound=int(compound),
            )
        shops = Namer(rng, SHOP)
        for compound in rng.choice(own, SHOPS_PER_COMMUNITY):
            at = int(compounds.street[compound])
            point = _at_gate(rng, compounds.outline[compound], streets.line[at])
            title = shops.next()
            kind = "pharmacy" if title.endswith("药房") else "shop"
            found.add(kind, title, point, title, town=town, community=owner, street=at)


def _in_villages(
    rng: np.random.Generator, found: _Found, towns: Towns, villages: Villages
) -> None:
    schools = Namer(rng, SCHOOL)
    for village, (name, town) in enumerate(zip(villages.name, villages.town, strict=True)):
        seat = villages.seat[village]
        if villages.is_town_seat[village]:
            title = towns.name[town]
            for kind, place, organisation in (
                ("station", f"{title}便民服务中心", f"{title}人民政府"),
                ("hospital", f"{title}卫生院", ORGANISATIONS["hospital"]),
                ("market", f"{title}集贸市场", ORGANISATIONS["market"]),
                ("school", schools.next("中学"), ORGANISATIONS["school"]),
            ):
                found.add(
                    kind,
                    place,
                    seat + rng.normal(0, 0.0012, 2),
                    organisation,
                    town=int(town),
                    village=village,
                )
        elif village % 3 == 0:
            found.add(
                "clinic",
                f"{name}卫生室",
                seat + rng.normal(0, 0.0006, 2),
                f"{name}村民委员会",
                town=int(town),
                village=village,
            )


def _inside(shapes: np.ndarray) -> Floats:
    points: Floats = np.round(shapely.get_coordinates(shapely.point_on_surface(shapes)), 7)
    return points


def _somewhere(rng: np.random.Generator, shape: object) -> Floats:
    west, south, east, north = shapely.bounds(shape)
    tries = rng.uniform((west, south), (east, north), (60, 2))
    point: Floats = np.round(tries[shapely.contains_xy(shape, tries)][0], 7)
    return point


def _at_gate(rng: np.random.Generator, shape: object, street: object) -> Floats:
    """Return a point of the compound close to its street."""
    spot = _somewhere(rng, shape)
    line = shapely.shortest_line(shapely.points(spot), street)
    ends = shapely.get_coordinates(line)
    point: Floats = np.round(ends[1] + (ends[0] - ends[1]) * 0.18, 7)
    return point
