"""Read one cell of a survey: a text, a count, a degree, a shape; or say why it has no value."""

import math
import re
import unicodedata
from typing import Final

import shapely

from yige.kernel.results import Facts

LONGEST: Final = {
    "code": 60,
    "community": 120,
    "compound": 120,
    "building": 120,
    "stairwell": 120,
    "firm": 120,
    "address": 200,
    "kind": 20,
}
MOST: Final = {
    "households": 20_000,
    "residents": 60_000,
    "doors": 20_000,
    "floors": 200,
    "age_0_6": 60_000,
    "age_7_17": 60_000,
    "age_18_59": 60_000,
    "age_60_79": 60_000,
    "age_80_up": 60_000,
}
KINDS: Final = {
    "residential": ("residential", "住宅", "居民", "居住"),
    "commercial": ("commercial", "商业", "商户", "商铺"),
    "public": ("public", "公共", "机关", "学校", "医院"),
    "industrial": ("industrial", "工业", "厂区"),
    "rural": ("rural", "农村", "村居"),
    "other": ("other", "其他", "其它"),
}
_KIND_BY_NAME: Final = {name: kind for kind, names in KINDS.items() for name in names}
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_WHOLE: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+|[+-]?\d+(\.0+)?")


class CellFault(Exception):
    """Why a cell has no value: a code and facts."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: Facts = {**facts}


def sound_text(cell: str, longest: int) -> str:
    """Trim a text and see that it can be stored: no control characters, not too long.

    Line breaks and tabs become spaces; emoji are as good as any letter.
    """
    invisible = _INVISIBLE.search(cell)
    if invisible:
        raise CellFault("territory.row_control_character", sign=ord(invisible[0]))
    text = " ".join(cell.replace("\u3000", " ").split())
    if len(text) > longest:
        raise CellFault("territory.row_text_too_long", length=len(text), most=longest)
    return text


def whole_number(cell: str, *, most: int) -> int | None:
    """Read a count, full-width digits and thousands' commas included; None for an empty cell."""
    if cell.isascii() and cell.isdigit() and len(cell) < 16:
        return _within(int(cell), most)
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise CellFault("territory.row_not_a_number")
    digits = text.replace(",", "").partition(".")[0]
    if digits.startswith("-") and digits.strip("-0"):
        raise CellFault("territory.row_negative")
    return _within(int(digits) if len(digits) < 16 else most + 1, most)


def _within(number: int, most: int) -> int:
    if number > most:
        raise CellFault("territory.row_too_large", most=most)
    return number


def degrees(cell: str) -> float | None:
    """Read a longitude or latitude as a number of degrees; None if it is none."""
    text = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
    try:
        value = float(text.strip().rstrip("°"))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= 180 else None


def shape_from_text(cell: str) -> shapely.Geometry | None:
    """Read a shape from WKT, GeoJSON or hexadecimal WKB; None if it is none of them."""
    text = cell.strip()
    try:
        if text.startswith("{"):
            return shapely.from_geojson(text)
        if text[:2] in ("00", "01"):
            return shapely.from_wkb(text)
        return shapely.from_wkt(text.partition(";")[2] if text.startswith("SRID") else text)
    except shapely.errors.GEOSException:
        return None


def kind_named(text: str) -> str | None:
    """Give the kind of a unit by its English or Chinese name; an empty cell is residential."""
    return _KIND_BY_NAME.get(text.casefold()) if text else "residential"


def crossing_of(shape: shapely.Geometry) -> Facts:
    """Say where an outline crosses itself."""
    told = shapely.is_valid_reason(shape)
    lon, _space, lat = told.partition("[")[2].rstrip("]").partition(" ")
    return {"lon": round(float(lon), 6), "lat": round(float(lat), 6)} if lat else {}
