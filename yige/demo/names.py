"""Names for the demo's posts: they read like names, and nobody is called so.

A common surname is joined to two syllables of water, wood and calm that hardly ever stand in a
given name together. The list holds no woman's or man's names and no name of anybody known.
"""

from itertools import product

import numpy as np

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
)
FIRST = "禾岚澄砚屿笙沐榆桉汀栖芷舟蓼荻樾"
SECOND = "格序予野之然渡简舍川陌宜"


class Names:
    """Hands out full names in a seeded order; a name returns only when all have been used."""

    def __init__(self, rng: np.random.Generator) -> None:
        names = ["".join(parts) for parts in product(SURNAMES, FIRST, SECOND)]
        self._names: list[str] = [names[i] for i in rng.permutation(len(names))]
        self._taken = 0

    def __len__(self) -> int:
        return len(self._names)

    def take(self) -> str:
        name = self._names[self._taken % len(self._names)]
        self._taken += 1
        return name
