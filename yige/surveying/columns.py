"""The columns of the files of a campaign, in the words that people write above them."""

from typing import Final

from yige.base.tables.shape import Table
from yige.surveying.checks import AGE_BANDS
from yige.surveying.errors import ColumnsMissing
from yige.surveying.models import Upload
from yige.territory.survey_columns import NAMES as UNIT_NAMES
from yige.territory.survey_columns import plain

OWN_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "vintage": ("counted as of", "vintage", "survey day", "基准日", "普查基准日", "普查日期"),
    "number": ("sheet no", "sheet number", "sheet", "表号", "普查表号"),
    "door": ("door", "door no", "门号", "门牌号", "户室", "房号"),
    "use": ("use", "door state", "房屋状态", "居住状态", "使用状态"),
    "occupied": ("doors lived in", "occupied", "自住门数", "自住"),
    "empty": ("doors empty", "empty", "空置门数", "空置"),
    "let": ("doors let", "let", "出租门数", "出租"),
    "is_gone": ("gone", "已拆除", "拆除"),
}
NAMES: Final = OWN_NAMES | {
    key: UNIT_NAMES[key]
    for key in ("code", "community", "compound", "building", "stairwell", "doors", "floors",
                "households", "residents", *AGE_BANDS, "firm", "lon", "lat")
}  # fmt: skip
REQUIRED: Final = {
    Upload.BUILDINGS: ("community", "building", "lon", "lat"),
    Upload.FILLED: ("vintage", "households"),
    Upload.FIRM: ("community", "building", "households"),
}
FILLED: Final = (
    "vintage", "number", "code", "community", "compound", "building", "stairwell", "households",
    "residents", *AGE_BANDS, "occupied", "empty", "let", "is_gone",
)  # fmt: skip
"""The columns of a filled sheet, as it is handed out to be filled in."""
BUILDINGS: Final = (
    "community", "compound", "building", "stairwell", "floors", "doors", "firm", "lon", "lat",
)  # fmt: skip
FIRM: Final = ("community", "compound", "building", "households")
_BY_NAME: Final = {plain(name): key for key, names in NAMES.items() for name in (key, *names)}


def heading(key: str, language: str) -> str:
    """Give a column's heading: the first name in the language that the reader knows it by."""
    if not language.startswith("zh"):
        return NAMES[key][0]
    return next(name for name in NAMES[key] if any("\u4e00" <= sign <= "\u9fff" for sign in name))


def found_columns(table: Table, kind: str) -> dict[str, int]:
    """Say which column holds what (the first of two alike); raise ColumnsMissing."""
    found: dict[str, int] = {}
    for place, name in enumerate(table.columns):
        key = _BY_NAME.get(plain(name))
        if key is not None:
            found.setdefault(key, place)
    missing = [NAMES[key][0] for key in REQUIRED[kind] if key not in found]
    if kind == Upload.FILLED and "code" not in found and "number" not in found:
        missing.append(NAMES["number"][0])
    if missing:
        raise ColumnsMissing(missing=missing, found=table.columns[:40])
    return found
