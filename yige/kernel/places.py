"""Places: the datums Chinese maps use, and a flat plane in metres around a city.

Yige stores longitude and latitude in CGCS2000, numerically WGS 84. Every conversion names the
datum it comes from: silence is an error. Scalars and numpy arrays go in, the same come out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yige.kernel.errors import Invalid

Degrees: TypeAlias = NDArray[np.float64]
Pair: TypeAlias = tuple[Degrees, Degrees]


class DatumMissing(Invalid):
    """Coordinates came without their datum; guessing would move a city by half a kilometre."""

    code = "kernel.datum_missing"


class DatumUnknown(Invalid):
    """The name is none of the four datums."""

    code = "kernel.datum_unknown"


class Datum(StrEnum):
    """The frame in which a pair of degrees is meant."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


_SPELLINGS: Final = {
    "wgs84": Datum.WGS84,
    "epsg4326": Datum.WGS84,
    "crs84": Datum.WGS84,
    "ogccrs84": Datum.WGS84,
    "gps": Datum.WGS84,
    "cgcs2000": Datum.CGCS2000,
    "epsg4490": Datum.CGCS2000,
    "2000国家大地坐标系": Datum.CGCS2000,
    "国家2000": Datum.CGCS2000,
    "gcj02": Datum.GCJ02,
    "火星坐标": Datum.GCJ02,
    "火星坐标系": Datum.GCJ02,
    "国测局坐标": Datum.GCJ02,
    "高德": Datum.GCJ02,
    "bd09": Datum.BD09,
    "bd09ll": Datum.BD09,
    "百度": Datum.BD09,
    "百度坐标": Datum.BD09,
}


def datum_named(name: str | Datum | None) -> Datum:
    """Read a datum as people write it: "WGS 84", "EPSG:4490", "GCJ-02", "百度".

    Raises DatumMissing for nothing, DatumUnknown for a name that is not one of the four.
    """
    if isinstance(name, Datum):
        return name
    plain = "".join(letter for letter in (name or "").casefold() if letter.isalnum())
    if not plain:
        raise DatumMissing(known=[datum.value for datum in Datum])
    if plain not in _SPELLINGS:
        raise DatumUnknown(datum=name, known=[datum.value for datum in Datum])
    return _SPELLINGS[plain]


# The public formula's rectangle reaches Singapore and Manila; these two boxes keep the shift to
# the mainland with Hainan and Taiwan, and to the South China Sea.
_CHINA: Final = ((73.4, 135.2, 17.9, 53.7), (107.0, 119.0, 3.3, 17.9))

_KRASOVSKY_AXIS = 6_378_245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_BAIDU_TURN = np.pi * 3000.0 / 180.0


def in_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Tell which points lie in the boxes where Chinese web maps shift their coordinates."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    inside = np.zeros(np.broadcast(lon, lat).shape, bool)
    for west, east, south, north in _CHINA:
        inside |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def convert(lon: ArrayLike, lat: ArrayLike, *, source: Datum | None, target: Datum | None) -> Pair:
    """Move points from one datum to another; points outside China stay where they are.

    Raises DatumMissing when either datum is not named.
    """
    origin, goal = datum_named(source), datum_named(target)
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    shifted = in_china(lon, lat)
    plain = _TO_WGS84[origin](lon, lat)
    moved = _FROM_WGS84[goal](*plain)
    return np.where(shifted, moved[0], lon), np.where(shifted, moved[1], lat)


def to_storage(lon: ArrayLike, lat: ArrayLike, *, datum: Datum | None) -> Pair:
    """Bring points to CGCS2000, the datum everything is stored in."""
    return convert(lon, lat, source=datum, target=Datum.CGCS2000)


def _same(lon: Degrees, lat: Degrees) -> Pair:
    return lon, lat


def _ripple(value: Degrees) -> Degrees:
    return 20.0 * np.sin(6.0 * value * np.pi) + 20.0 * np.sin(2.0 * value * np.pi)


def _gcj02(lon: Degrees, lat: Degrees) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root, cross, common = np.sqrt(np.abs(x)), x * y, _ripple(x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * cross + 0.2 * root
    north += (2.0 / 3.0) * (
        common
        + 20.0 * np.sin(y * np.pi)
        + 40.0 * np.sin(y / 3.0 * np.pi)
        + 160.0 * np.sin(y / 12.0 * np.pi)
        + 320.0 * np.sin(y / 30.0 * np.pi)
    )
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * cross + 0.1 * root
    east += (2.0 / 3.0) * (
        common
        + 20.0 * np.sin(x * np.pi)
        + 40.0 * np.sin(x / 3.0 * np.pi)
        + 150.0 * np.sin(x / 12.0 * np.pi)
        + 300.0 * np.sin(x / 30.0 * np.pi)
    )
    bend = 1.0 - _KRASOVSKY_E2 * np.sin(np.radians(lat)) ** 2
    meridian = _KRASOVSKY_AXIS * (1.0 - _KRASOVSKY_E2) / (bend * np.sqrt(bend))
    parallel = _KRASOVSKY_AXIS / np.sqrt(bend) * np.cos(np.radians(lat))
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def _bd09_from_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _bd09(lon: Degrees, lat: Degrees) -> Pair:
    return _bd09_from_gcj02(*_gcj02(lon, lat))


def _undo(forward: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """Invert a shift by fixed-point steps; each step leaves about a fiftieth of the error."""
    guess_lon, guess_lat = lon, lat
    for _ in range(8):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + lon - there_lon, guess_lat + lat - there_lat
    return guess_lon, guess_lat


def _from_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    return _undo(_gcj02, lon, lat)


def _from_bd09(lon: Degrees, lat: Degrees) -> Pair:
    return _undo(_bd09, lon, lat)


_TO_WGS84: dict[Datum, Callable[[Degrees, Degrees], Pair]] = {
    Datum.WGS84: _same,
    Datum.CGCS2000: _same,
    Datum.GCJ02: _from_gcj02,
    Datum.BD09: _from_bd09,
}
_FROM_WGS84: dict[Datum, Callable[[Degrees, Degrees], Pair]] = {
    Datum.WGS84: _same,
    Datum.CGCS2000: _same,
    Datum.GCJ02: _gcj02,
    Datum.BD09: _bd09,
}


_AXIS = 6_378_137.0
_FLATTENING = 1.0 / 298.257222101
_N = _FLATTENING / (2.0 - _FLATTENING)
_E = np.sqrt(_FLATTENING * (2.0 - _FLATTENING))
_RECTIFYING = _AXIS / (1.0 + _N) * (1.0 + _N**2 / 4.0 + _N**4 / 64.0)
_ALPHA = (
    _N / 2.0 - 2.0 * _N**2 / 3.0 + 5.0 * _N**3 / 16.0,
    13.0 * _N**2 / 48.0 - 3.0 * _N**3 / 5.0,
    61.0 * _N**3 / 240.0,
)
_BETA = (
    _N / 2.0 - 2.0 * _N**2 / 3.0 + 37.0 * _N**3 / 96.0,
    _N**2 / 48.0 + _N**3 / 15.0,
    17.0 * _N**3 / 480.0,
)


@dataclass(frozen=True)
class Plane:
    """A transverse Mercator plane in metres with its origin at one point, east and north.

    Lengths are right to 1 in 10,000 within 90 km of the origin's meridian.
    """

    lon: float
    lat: float

    @classmethod
    def around(cls, lon: ArrayLike, lat: ArrayLike) -> Self:
        """Lay the plane through the middle of the points."""
        lon, lat = np.asarray(lon, float), np.asarray(lat, float)
        return cls(
            lon=float((np.nanmin(lon) + np.nanmax(lon)) / 2.0),
            lat=float((np.nanmin(lat) + np.nanmax(lat)) / 2.0),
        )

    def metres(self, lon: ArrayLike, lat: ArrayLike) -> Pair:
        """Turn degrees into metres east and north of the origin."""
        east, north = _mercator(np.asarray(lon, float) - self.lon, np.asarray(lat, float))
        return east, north - self._north

    def degrees(self, x: ArrayLike, y: ArrayLike) -> Pair:
        """Turn metres east and north of the origin back into degrees."""
        xi = (np.asarray(y, float) + self._north) / _RECTIFYING
        eta = np.asarray(x, float) / _RECTIFYING
        xi_plain, eta_plain = xi, eta
        for k, beta in enumerate(_BETA, start=1):
            xi_plain = xi_plain - beta * np.sin(2 * k * xi) * np.cosh(2 * k * eta)
            eta_plain = eta_plain - beta * np.cos(2 * k * xi) * np.sinh(2 * k * eta)
        conformal = np.arcsin(np.sin(xi_plain) / np.cosh(eta_plain))
        lon = np.degrees(np.arctan2(np.sinh(eta_plain), np.cos(xi_plain)))
        return lon + self.lon, np.degrees(_geodetic(conformal))

    @property
    def _north(self) -> float:
        return float(_mercator(np.float64(0.0), np.float64(self.lat))[1])


def _mercator(dlon: ArrayLike, lat: ArrayLike) -> Pair:
    angle, sine = np.radians(np.asarray(dlon, float)), np.sin(np.radians(np.asarray(lat, float)))
    tangent = np.sinh(np.arctanh(sine) - _E * np.arctanh(_E * sine))
    xi_plain = np.arctan2(tangent, np.cos(angle))
    eta_plain = np.arcsinh(np.sin(angle) / np.hypot(tangent, np.cos(angle)))
    xi, eta = xi_plain, eta_plain
    for k, alpha in enumerate(_ALPHA, start=1):
        xi = xi + alpha * np.sin(2 * k * xi_plain) * np.cosh(2 * k * eta_plain)
        eta = eta + alpha * np.cos(2 * k * xi_plain) * np.sinh(2 * k * eta_plain)
    return _RECTIFYING * eta, _RECTIFYING * xi


def _geodetic(conformal: Degrees) -> Degrees:
    isometric = np.arctanh(np.sin(conformal))
    sine = np.sin(conformal)
    for _ in range(5):
        sine = np.tanh(isometric + _E * np.arctanh(_E * sine))
    return np.arcsin(sine)
