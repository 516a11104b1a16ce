"""The columns of a file of an old net: what they are called, and which of them are there."""

from collections.abc import Mapping, Sequence
from typing import Final

from yige.nets.errors import ColumnsMissing
from yige.territory.survey_columns import ColumnTwice, plain

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "cell": ("cell code", "cell", "旧网格编号", "网格编号", "单元格编号", "网格代码", "编号"),
    "name": ("cell name", "旧网格名称", "网格名称", "单元格名称", "名称"),
    "duty": ("duty", "duties", "职责", "工作职责", "职责名称", "任务"),
    "holder": ("holder", "责任人", "姓名", "负责人", "网格员", "联系人"),
    "phone": ("duty phone", "phone", "值班电话", "工作电话", "联系电话", "电话"),
    "username": ("user name", "username", "账号", "登录名"),
    "units": ("units", "单元编码", "基础单元", "单元"),
    "buildings": ("buildings", "楼栋", "楼幢", "楼号"),
    "compounds": ("compounds", "小区", "小区名称"),
    "communities": ("communities", "社区", "村居", "社区村居"),
    "shape": ("geometry", "geom", "wkt", "范围", "图形"),
}
REQUIRED: Final = ("cell", "duty")
EXTENTS: Final = ("units", "buildings", "compounds", "communities")
LONGEST: Final = {"cell": 60, "name": 120, "duty": 1_000, "holder": 60, "phone": 30,
                  "username": 60}  # fmt: skip
LONGEST_DUTY: Final = 120

_BY_NAME: Final = {plain(name): key for key, names in NAMES.items() for name in (key, *names)}


def found_columns(columns: Sequence[str], *, has_shapes: bool) -> dict[str, int]:
    """Say which column holds what; raise ColumnsMissing, or ColumnTwice where two could be one."""
    found: dict[str, int] = {}
    for place, name in enumerate(columns):
        key = _BY_NAME.get(plain(name))
        if key is None:
            continue
        if key in found:
            raise ColumnTwice(column=name, meaning=key)
        found[key] = place
    missing = [key for key in REQUIRED if key not in found]
    if not has_shapes and not found.keys() & {"shape", *EXTENTS}:
        missing.append("shape")
    if missing:
        raise ColumnsMissing(missing=[NAMES[key][0] for key in missing], found=list(columns[:40]))
    return found
