"""Compounds, buildings and stairwells with their households, and who manages them."""

from dataclasses import dataclass

import numpy as np
import shapely

from yige.demo.divisions import codes_within
from yige.demo.ground import Floats, Ints
from yige.demo.quarters import Homes
from yige.demo.residents import (
    NEW,
    OLD,
    PER_HOUSEHOLD,
    house_types,
    households_of,
    residents_of,
)
from yige.demo.seeds import stream
from yige.demo.streets import nearest_named
from yige.demo.tables import Buildings, Compounds, Streets, Units
from yige.demo.words import COMPOUND, FIRM, Namer

FIRMS = 52
WITHOUT_FIRM = 0.07


@dataclass(frozen=True)
class Housing:
    firms: list[str]
    compounds: Compounds
    buildings: Buildings
    units: Units


def build_housing(seed: int, homes: Homes, communities: list[str], streets: Streets) -> Housing:
    """Fill the stairwells with households; communities are given by code."""
    rng = stream(seed, "housing")
    count = int(homes.compound.max()) + 1
    floors, flats, age = house_types(rng, count)
    firms = Namer(rng, FIRM).take(FIRMS)
    firm = _firms_of(rng, count)
    compounds = _compounds(rng, homes, firm, streets)
    first = np.unique(homes.building, return_index=True)[1]
    owners = homes.community[first]
    buildings = Buildings(
        number=_serial(homes.compound[first]),
        compound=homes.compound[first],
        floors=floors[homes.compound[first]],
        serial=_serial(owners),
    )
    households = households_of(rng, floors[homes.compound], flats[homes.compound])
    units = Units(
        code=codes_within([communities[i] for i in homes.community], 1, 6),
        community=homes.community,
        compound=homes.compound,
        building=homes.building,
        number=homes.stair,
        households=households,
        residents=residents_of(rng, households, _bands(age)[homes.compound], PER_HOUSEHOLD),
        floors=floors[homes.compound],
        firm=firm[homes.compound],
        outline=homes.outline,
        footprint=homes.footprint,
    )
    return Housing(firms, compounds, buildings, units)


def _compounds(rng: np.random.Generator, homes: Homes, firm: Ints, streets: Streets) -> Compounds:
    starts = np.unique(homes.compound, return_index=True)[1]
    parcels = np.split(homes.outline, starts[1:])
    outline = np.array([shapely.coverage_union_all(part) for part in parcels], dtype=object)
    middles = shapely.get_coordinates(shapely.point_on_surface(outline))
    return Compounds(
        name=Namer(rng, COMPOUND).take(len(starts)),
        community=homes.community[starts],
        firm=firm,
        street=nearest_named(streets, middles),
        outline=outline,
    )


def _firms_of(rng: np.random.Generator, compounds: int) -> Ints:
    """Give every firm at least one compound, large firms many, and old estates none."""
    weight = 1.0 / np.arange(2, FIRMS + 2) ** 0.6
    firm = rng.choice(FIRMS, compounds, p=weight / weight.sum())
    firm[rng.random(compounds) < WITHOUT_FIRM] = -1
    firm[rng.choice(compounds, FIRMS, replace=False)] = np.arange(FIRMS)
    return firm


def _bands(age: Floats) -> Floats:
    bands: Floats = NEW + (OLD - NEW) * age[:, None]
    return bands


def _serial(owner: Ints) -> Ints:
    """Count from one inside each run of equal owners."""
    starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    lengths = np.diff(np.append(starts, len(owner)))
    serial: Ints = np.arange(len(owner)) - np.repeat(starts, lengths) + 1
    return serial
