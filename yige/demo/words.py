"""Invented names: each kind of thing is named by joining syllables, never twice the same."""

from collections.abc import Sequence
from itertools import product

import numpy as np

COMMUNITY = (("和安景嘉惠泽颐润锦瑞晨朗沐清兰恒", "澜悦苑宸岚煦禾榆汀屿棠序舟麓桥畔"), ("社区",))
STREET = (
    (
        "澄岚汀栖砚榆鹤鹿枫桐荷芦翠碧素霁晴溪苍芝蕙芸枳桂楸葵",
        "川原渚陂野岑峤陌坪洲浦荫岸泽屏堤麓塘潭峦",
    ),
    ("",),
)
COMPOUND = (
    (
        "和禾沐澜榆棠枫桐芷兰松竹梧荷杏桂槐柳云星月晨霞虹雁鹭蔷薇梓枳椿楠",
        "风语庭序栖舍汀野湾畔岸谷屿坡涧洲隐里",
    ),
    ("苑", "园", "坊", "小区", "花园", "家园", "新村", "雅居"),
)
VILLAGE = (
    ("白青乌红黄岩苇杏桑松槐榆枣梨鹤雁鹿羊牛麟金银泉砂芦荆葛藤", "夼疃埠洼泊沟崖坡涧峪岔滩湾岭庵"),
    ("村",),
)
FIRM = (("禾岚澄砚屿笙沐榆桉蓼", "庐汀序栖野舍渚陌"), ("物业",))
SHOP = (
    ("小大老新东南西北阿双", "禾榆杏枣荷麦豆柿橘椒"),
    (
        "便利店",
        "超市",
        "面馆",
        "包子铺",
        "粥铺",
        "五金店",
        "理发店",
        "水果店",
        "药房",
        "文具店",
        "洗衣店",
        "电动车行",
    ),
)
PARK = (("听望揽枕栖拾倚沐", "榆荷鹭枫潮月星雨松竹"), ("公园", "游园", "广场"))

SCHOOL = (("明启修弘立怀知敏善青", "榆禾岚澄舟帆芷桐林泉"), ("",))

Table = tuple[tuple[str, str], tuple[str, ...]]


class Namer:
    """Hands out names of one kind in a seeded order; the same two syllables come only once."""

    def __init__(self, rng: np.random.Generator, table: Table) -> None:
        first, self.endings = table
        pairs = ["".join(pair) for pair in product(*first)]
        self.pairs: list[str] = [pairs[i] for i in rng.permutation(len(pairs))]
        self.rng = rng

    def next(self, ending: str | None = None) -> str:
        if ending is None:
            ending = self.endings[int(self.rng.integers(len(self.endings)))]
        return self.pairs.pop() + ending

    def take(self, count: int) -> list[str]:
        return [self.next() for _ in range(count)]


def pick(rng: np.random.Generator, choices: Sequence[str], count: int) -> list[str]:
    return [choices[i] for i in rng.integers(0, len(choices), count)]
