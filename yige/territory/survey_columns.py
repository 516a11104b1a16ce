"""The columns of a survey: what they are called, and how a foreign file's columns map to them."""

import difflib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import yaml
from pydantic import ValidationError

from yige.kernel.errors import Invalid
from yige.kernel.places import Datum, datum_named
from yige.territory.made_areas import MadeCity

AGE_BANDS: Final = ("age_0_6", "age_7_17", "age_18_59", "age_60_79", "age_80_up")

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "code": (
        "unit code", "code", "id", "unit id", "unit", "编号", "单元编号", "单元编码", "单元代码",
        "基础单元编号", "基础治理单元编号", "source id",
    ),
    "community": (
        "community code", "community", "社区编码", "社区代码", "社区编号", "社区", "村居代码",
        "村居编码", "村居", "社区村居",
    ),
    "compound": ("compound", "小区", "小区名称", "院落", "housing estate"),
    "building": ("building", "building no", "幢", "楼栋", "楼号", "楼幢", "栋", "幢号", "楼栋号"),
    "stairwell": ("unit no", "stairwell", "entrance", "单元", "单元号", "门洞", "unit number"),
    "doors": ("doors", "door count", "dwellings", "户门数", "门数", "套数", "房屋套数", "房屋数"),
    "floors": ("floors", "storeys", "层数", "楼层数", "楼层"),
    "households": ("households", "household count", "户数", "居民户数", "家庭户数", "常住户数"),
    "residents": (
        "residents", "people", "population", "pop", "人口", "人口数", "人数", "居民人数",
        "常住人口",
    ),
    "age_0_6": ("age 0-6", "0-6", "0-6岁"),
    "age_7_17": ("age 7-17", "7-17", "7-17岁"),
    "age_18_59": ("age 18-59", "18-59", "18-59岁"),
    "age_60_79": ("age 60-79", "60-79", "60-79岁"),
    "age_80_up": ("age 80 and over", "age 80+", "80+", "80岁以上", "80岁及以上"),
    "firm": ("firm", "property company", "property firm", "物业", "物业公司", "物业企业"),
    "lon": ("lon", "longitude", "lng", "long", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "shape": ("geometry", "geom", "wkt", "the geom", "shape", "范围", "图形"),
    "address": ("address", "地址", "详细地址", "门牌地址"),
    "kind": ("kind", "unit kind", "类型", "单元类型", "类别"),
}  # fmt: skip
REQUIRED: Final = ("code", "community", "households")
LONGEST_MAPPING: Final = 64 << 10


class MappingInvalid(Invalid):
    """The mapping file names what a survey does not have, or is no mapping at all."""

    code = "territory.mapping_invalid"


class ColumnsMissing(Invalid):
    """Columns that a survey cannot do without are not in the file."""

    code = "territory.columns_missing"


class ColumnTwice(Invalid):
    """Two columns of the file could both be the one that is meant."""

    code = "territory.column_twice"


@dataclass(frozen=True)
class EdgeColumns:
    """Where a file of neighbours keeps the two ends and the border, and which rows are meant."""

    a: str | None = None
    b: str | None = None
    length: str | None = None
    keep: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyMapping:
    """How a foreign file's columns are to be read. All parts may be left out."""

    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    people_per_household: float | None = None
    datum: Datum | None = None
    edges: EdgeColumns = EdgeColumns()
    make_city: MadeCity | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Self:
        """Check a mapping that came as plain data; raises MappingInvalid naming the entry."""
        given = dict(given or {})
        columns = _texts(given.pop("columns", None), "columns", allowed=NAMES)
        fixed = _texts(given.pop("fixed", None), "fixed", allowed=NAMES)
        people = given.pop("people_per_household", None)
        datum = given.pop("datum", None)
        edges = given.pop("edges", None) or {}
        made = given.pop("make_city", None)
        if given:
            raise MappingInvalid(entry=sorted(map(str, given)), known=_known_entries())
        return cls(
            columns,
            fixed,
            _ratio(people),
            datum_named(datum) if datum else None,
            _edges(edges),
            _made(made),
        )

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a mapping from a YAML file."""
        try:
            content = path.read_bytes()
        except OSError as broken:
            raise MappingInvalid(entry=path.name, reason=str(broken)) from broken
        return cls.of(mapping_in(content, name=path.name))


class _WithoutAliases(yaml.SafeLoader):
    """Reads YAML without aliases: a few of them can write out to gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read here")
        return super().compose_node(parent, index)


def mapping_in(content: bytes, *, name: str) -> dict[str, Any]:
    """Read a mapping as plain data from the YAML of a file; raise MappingInvalid."""
    try:
        if len(content) > LONGEST_MAPPING:
            raise yaml.YAMLError(f"more than {LONGEST_MAPPING} bytes")
        read = yaml.load(content.decode(), Loader=_WithoutAliases)  # noqa: S506 - a safe loader
    except (UnicodeDecodeError, ValueError, RecursionError, yaml.YAMLError) as broken:
        raise MappingInvalid(entry=name, reason=str(broken)[:200]) from broken
    if not isinstance(read, dict):
        raise MappingInvalid(entry=name, known=_known_entries())
    return read


def _known_entries() -> list[str]:
    return ["columns", "fixed", "people_per_household", "datum", "edges", "make_city"]


def _texts(given: Any, entry: str, *, allowed: Any = None) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise MappingInvalid(entry=entry)
    for name in given:
        if allowed is not None and name not in allowed:
            raise MappingInvalid(entry=f"{entry}.{name}", known=list(allowed))
    return {str(name): str(value) for name, value in given.items()}


def _edges(given: Any) -> EdgeColumns:
    if not isinstance(given, dict) or set(given) - {"a", "b", "length", "keep"}:
        raise MappingInvalid(entry="edges", known=["a", "b", "length", "keep"])
    plain = {name: str(given[name]) for name in ("a", "b", "length") if given.get(name)}
    return EdgeColumns(**plain, keep=_texts(given.get("keep"), "edges.keep"))


def _made(given: Any) -> MadeCity | None:
    try:
        return MadeCity.model_validate(given) if given is not None else None
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        entry = ".".join(map(str, ("make_city", *first["loc"])))
        raise MappingInvalid(entry=entry, reason=first["msg"]) from None


def _ratio(given: Any) -> float | None:
    if given is None:
        return None
    try:
        ratio = float(given)
    except (TypeError, ValueError):
        ratio = 0.0
    if not 0.5 <= ratio <= 20:
        raise MappingInvalid(entry="people_per_household", value=str(given))
    return ratio


def plain(name: str) -> str:
    """Reduce a header to what it says: full-width, case, spaces and punctuation do not count."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum() or letter in "-+")


_BY_NAME: Final = {plain(name): key for key, names in NAMES.items() for name in (key, *names)}


def found_columns(
    columns: list[str], mapping: SurveyMapping, *, has_shapes: bool
) -> dict[str, int]:
    """Say which column holds what; raises what is missing or there twice."""
    found = {key: _place_of(name, columns, key) for key, name in mapping.columns.items()}
    for place, name in enumerate(columns):
        key = _BY_NAME.get(plain(name))
        if key is None or key in mapping.columns or key in mapping.fixed:
            continue
        if key in found and plain(columns[found[key]]) == plain(name):
            raise ColumnTwice(column=name, meaning=key)
        if key not in found or _rank(key, name) < _rank(key, columns[found[key]]):
            found[key] = place
    missing = [key for key in REQUIRED if key not in found and key not in mapping.fixed]
    if "households" in missing and "residents" in found and mapping.people_per_household:
        missing.remove("households")
    if missing:
        raise ColumnsMissing(
            missing=missing,
            found=columns[:40],
            accepted={key: list(NAMES[key]) for key in missing},
            people_column=columns[found["residents"]] if "residents" in found else None,
            has_shapes=has_shapes,
        )
    return found


def _rank(key: str, name: str) -> int:
    """Order the names of a column from the most to the least telling."""
    names = [plain(known) for known in NAMES[key]]
    return names.index(plain(name)) if plain(name) in names else -1


def _place_of(name: str, columns: list[str], key: str) -> int:
    same = [place for place, column in enumerate(columns) if column == name]
    alike = [place for place, column in enumerate(columns) if plain(column) == plain(name)]
    for places in (same, alike):
        if len(places) == 1:
            return places[0]
        if len(places) > 1:
            raise ColumnTwice(column=name, meaning=key)
    raise ColumnsMissing(
        missing=[key],
        wanted=name,
        found=columns[:40],
        near=difflib.get_close_matches(name, columns, n=3, cutoff=0.5),
    )
