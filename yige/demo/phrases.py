"""Short texts as people say and write them, put together from the tables of matters."""

from collections.abc import Sequence

import numpy as np

from yige.demo.ground import Ints
from yige.demo.matters import Matter

WHERE = {
    "yard": "小区东门里 小区西门旁 楼前空地 楼后绿化带 小广场旁边 车棚对面 儿童滑梯旁 "
            "垃圾分类亭旁 地下车库入口 南门外 健身角 中心花园",
    "road": "小区门口的路上 菜市场门口 学校东边路口 公交站旁 桥头 十字路口西北角 幼儿园对面 "
            "河边步道 超市门前 辅路上 胡同口 卫生站门前",
    "house": "楼道里 单元门口 一楼大厅 顶楼平台 楼梯间 电梯间 负一层 三楼拐角 楼道窗户边 管道井旁",
    "home": "我家 邻居家 楼上住户家 父母家 对门 隔壁单元",
    "none": "",
}  # fmt: skip
WHEN = ("今天早上, 从昨天开始, 这几天, 刚才路过, 已经好几天了, 昨晚回家时, 一早出门时, 最近, "
        "从上周起,")  # fmt: skip
ENDING = ("麻烦派人看看。 请尽快处理。 希望有人管一管。 老人孩子走路不方便。 邻居们都有意见。 "
          "之前说过一次，又这样了。 辛苦了。 盼回复。 有点着急。")  # fmt: skip
ASKING = "请问找谁办？ 麻烦告诉一声。 谢谢。 盼回复。 方便的话给个说法。 辛苦了。"
BY_WORKER = "巡查发现: 入户走访时了解到: 网格巡查, 居民当面反映: 日常走访看到:"
ABOUT_SELF = ("家里", "想", "老人", "孩子", "腿脚", "不会", "行动", "两个", "最近", "照顾")
STORM = {"rain": "雨太大了, 暴雨后, 今天这场雨下来, 雨一直没停,",
         "snow": "雪后, 下了一夜雪, 雪还没清, 化雪又结冰,"}  # fmt: skip

RESULTS = {
    "01": "已清理干净，并提醒周边住户。 环卫已到场清运，现场恢复整洁。 清扫完毕，增加了巡查次数。",
    "02": "已劝离并恢复通行。 当场整改，商户作了承诺。 已清理，列入每日巡查。",
    "03": "已修好，试用正常。 维修人员更换了部件。 已抢修，恢复使用。",
    "04": "已要求停工整改，复查合格。 已加装围挡并洒水。 已约谈施工方，夜间不再施工。",
    "05": "隐患已消除，现场复查合格。 已清出通道，张贴提示。 已整改并向住户讲明危险。",
    "06": "物业已处理，住户认可。 已公示说明，居民没有异议。 已约物业当面答复。",
    "07": "双方坐下来谈妥了。 经调解达成一致。 已讲明规定，双方表示理解。",
    "08": "已当面解答并给了材料清单。 已帮忙办好。 已转到窗口，约好时间。",
    "09": "已上门看望，情况平稳。 已联系家人，人已安全。 已安排陪同，后续继续关注。",
    "10": "险情已排除，现场恢复。 已设警戒并抢修完成。 已清除，道路恢复通行。",
    "11": "已检查并要求整改。 已取样，结果合格。 已处理并回访。",
    "12": "已收下意见，答复了办理打算。 已转有关单位研究并答复。 已说明情况，表示感谢。",
}
REASONS = {
    "hand_up": "超出网格能办的范围。 需要上级协调。 涉及几个单位，请求协调。 网格没有处置设备。",
    "rework": "现场没有清干净。 照片看不出结果，请再核实。 只处理了一半。 居民反映又出现了。",
    "reopen": "过了几天又坏了。 没有彻底解决。 回访说问题还在。 反映人不认可结果。",
    "decline": "不属于受理范围，已告知渠道。 同一件事已在办理。 反映内容无法核实，联系不上。",
    "send_back": "不属于本单位职责。 地点不在管辖范围。",
}


def write_texts(
    rng: np.random.Generator,
    matters: Sequence[Matter],
    which: Ints,
    sources: Sequence[str],
    storms: Sequence[str],
) -> list[str]:
    """Word each report: what happened, mostly where, sometimes since when and what is wished."""
    dice = rng.random((len(which), 5))
    return [
        _worded(matters[int(matter)], source, storm, roll)
        for matter, source, storm, roll in zip(which, sources, storms, dice.tolist(), strict=True)
    ]


def _worded(matter: Matter, source: str, storm: str, dice: Sequence[float]) -> str:
    core = matter.phrases[int(dice[1] * len(matter.phrases))]
    if matter.where == "none":
        return core + "。" + _sometimes(ASKING, dice[2], 0.7)
    place = _of(WHERE[matter.where], dice[0])
    if source == "grid":
        opening = _of(BY_WORKER, dice[2])
        return opening + _placed("住户家" if matter.where == "home" else place, core, dice[3])
    opening = _of(STORM[storm], dice[2]) if storm else _sometimes(WHEN, dice[2], 0.65)
    at_home = matter.where == "home"
    said = _at_home(place, core) if at_home else _placed(place, core, dice[3])
    return opening + said + _sometimes(ENDING, dice[4], 0.72)


def _placed(place: str, core: str, dice: float) -> str:
    """Say what and where, unless the words say where themselves."""
    if place[:2] in core or core.startswith(("家里", "住户")):
        return core + "。"
    if dice < 0.4:
        return f"{core}，就在{place}。"
    return f"{place}，{core}。" if dice < 0.9 else f"{core}。"


def _at_home(place: str, core: str) -> str:
    if core.startswith(
        ("家里", "想", "老人", "孩子", "腿脚", "不会", "行动", "两个", "最近", "照顾")
    ):
        return core + "。"
    return f"{place}{core}。" if core[0] not in "敲上房租隔听邻和" else f"{core}。"


def _of(choices: str, dice: float) -> str:
    parts = choices.split(" ")
    return parts[int(dice * len(parts))]


def _sometimes(choices: str, dice: float, share: float) -> str:
    """Choose one of the words, or none in the rest of the cases."""
    return _of(choices, dice / share) if dice < share else ""


def result_of(category: str, dice: float) -> str:
    """Say how a matter of a category was settled."""
    return _of(RESULTS[category[:2]], dice)


def reason_for(verb: str, dice: float) -> str:
    """Give the reason of a step that asks for one; other steps have none."""
    return _of(REASONS[verb], dice) if verb in REASONS else ""
