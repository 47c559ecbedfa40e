"""What pictures can be asked to show: the word for a thing, and what draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final, TypeAlias

from . import charts, culture, geometry, landscapes, objects, places, screens, skies, sports
from . import technical as tech
from .canvas import Canvas
from .palette import Palette

Family: TypeAlias = Callable[[Canvas, Random, Palette], None]

# Only families that draw a thing with a name; what they leave to chance is not in the word.
MOTIFS: Final[Mapping[str, Family]] = MappingProxyType(
    {
        "柱状图": charts.charts,
        "圆环图": charts.donuts,
        "柱子": charts.sorting,
        "书架": culture.books,
        "影院": culture.cinema,
        "胶片": culture.film,
        "几何": geometry.bauhaus,
        "线条": geometry.flow_field,
        "方块": geometry.isometric,
        "圆球": geometry.orbs,
        "山峦": geometry.paper_waves,
        "同心圆": geometry.ripples,
        "鳞纹": geometry.scales,
        "曲线": geometry.truchet,
        "热气球": landscapes.balloons,
        "沙丘": landscapes.dunes,
        "森林": landscapes.forest,
        "远山": landscapes.mountains,
        "雪峰": landscapes.peaks,
        "公路": landscapes.road,
        "帆船": landscapes.sea,
        "果盘": objects.bowls,
        "热饮": objects.cups,
        "枝叶": objects.leaves,
        "盆栽": objects.pots,
        "拱门": places.arches,
        "原子": places.atom,
        "硬币": places.coins,
        "石柱": places.columns,
        "烧瓶": places.flasks,
        "心电图": places.pulse,
        "卡片": screens.boards,
        "对勾": screens.checks,
        "手机": screens.phones,
        "窗口": screens.windows,
        "星空": skies.night_sky,
        "企鹅": skies.penguins,
        "行星": skies.planets,
        "高楼": skies.skyline,
        "街道": skies.street,
        "球场": sports.court,
        "跑道": sports.track,
        "芯片": tech.circuit,
        "圆柱": tech.cylinders,
        "齿轮": tech.gears,
        "网络": tech.network,
        "神经元": tech.neurons,
        "蛇": tech.snake,
        "二叉树": tech.tree,
    }
)
