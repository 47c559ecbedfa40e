"""Diagrams: bar and line charts, ring charts and bars being sorted."""

import math
from random import Random

from .canvas import Canvas, Point, arc_points
from .palette import Palette, mix
from .technical import paint_backdrop as backdrop


def charts(c: Canvas, rng: Random, p: Palette) -> None:
    """Bars, a rising line and its area on a quiet grid."""
    backdrop(c, rng, p)
    floor, count = c.height * 0.86, rng.randint(7, 14)
    for rule in range(6):
        y = floor - rule * c.height * 0.14
        c.draw.line([(90, y), (1350, y)], fill=mix(p.ground, p.figure, 0.16), width=3)
    step = 1260 / count
    trend, phase = rng.uniform(0.15, 0.5), rng.uniform(0, 6)
    levels = [
        0.28 + trend * index / count + 0.14 * math.sin(phase + index * 0.9) + rng.uniform(0, 0.1)
        for index in range(count)
    ]
    stacked = rng.random() < 0.4
    for index, level in enumerate(levels):
        x, top = 90 + step * (index + 0.2), floor - level * c.height * 0.8
        tone = p.hue(1) if index % 4 else p.hue(2)
        c.shaded(
            [(x, top), (x + step * 0.6, top), (x + step * 0.6, floor), (x, floor)],
            mix(tone, p.paper, 0.15),
            mix(tone, p.ground, 0.35),
        )
        if stacked:
            c.box(
                (x, floor - (floor - top) * rng.uniform(0.3, 0.5), x + step * 0.6, floor), p.hue(3)
            )
    line: list[Point] = []
    for index, level in enumerate(levels):
        x = 90 + step * (index + 0.5)
        line.append((x, floor - (level * 0.75 + 0.16 + rng.uniform(-0.05, 0.1)) * c.height * 0.8))
    c.veil([*line, (line[-1][0], floor), (line[0][0], floor)], p.hue(4), 0.22)
    c.stroke(line, p.figure, 10)
    for x, y in line:
        c.disc(x, y, 17, p.figure)
        c.disc(x, y, 9, p.hue(4))
    c.draw.line([(90, floor), (1350, floor)], fill=p.figure, width=6)


def donuts(c: Canvas, rng: Random, p: Palette) -> None:
    """Ring charts of several sizes with a legend of pills."""
    backdrop(c, rng, p)
    big = rng.uniform(240, 300)
    spots = [(c.width * rng.uniform(0.28, 0.36), c.height / 2, big)]
    spots += [(c.width * 0.66, c.height * 0.3, 150.0), (c.width * 0.86, c.height * 0.62, 130.0)]
    for x, y, radius in spots:
        c.veil_disc(x + 12, y + 24, radius, p.ink, 0.2)
        start, tint = rng.uniform(0, 360), rng.randrange(5)
        cuts = sorted(rng.uniform(0.15, 1) for _ in range(rng.randint(2, 4)))
        cuts = [cut / cuts[-1] for cut in cuts]
        edge = start
        for index, cut in enumerate(cuts):
            end = start + 360 * cut
            swell = radius * (1.06 if index == 0 else 1)
            box = (x - swell, y - swell, x + swell, y + swell)
            c.draw.pieslice(box, edge, end, fill=p.hue(tint + index))
            edge = end
        c.disc(x, y, radius * rng.uniform(0.45, 0.62), mix(p.ground, p.hue(0), 0.12))
    for row in range(4):
        y = c.height * 0.6 + row * 56
        c.disc(c.width * 0.58, y, 16, p.hue(row))
        c.box(
            (c.width * 0.6, y - 11, c.width * 0.6 + rng.uniform(70, 170), y + 11),
            mix(p.ground, p.figure, 0.45),
            11,
        )


def sorting(c: Canvas, rng: Random, p: Palette) -> None:
    """Bars on their way to being sorted, with arcs for the swaps."""
    backdrop(c, rng, p)
    count = rng.randint(12, 22)
    values = [(index + 1) / count for index in range(count)]
    if rng.random() < 0.5:
        values.reverse()
    swaps = [tuple(sorted(rng.sample(range(count), 2))) for _ in range(rng.randint(2, 4))]
    for left, right in swaps:
        values[left], values[right] = values[right], values[left]
    step, floor = (c.width - 140) / count, c.height * 0.9
    for index, value in enumerate(values):
        x, top = 70 + step * index, floor - value * c.height * 0.52 - 20
        spot = value * 3.999
        tone = mix(p.hue(int(spot)), p.hue(int(spot) + 1), spot % 1)
        c.box((x + step * 0.12, top, x + step * 0.88, floor), tone, min(18, step * 0.3))
    for left, right in swaps:
        ends = [70 + step * (index + 0.5) for index in (left, right)]
        top = floor - max(values[left : right + 1]) * c.height * 0.52 - 40
        half = (ends[1] - ends[0]) / 2
        arc = arc_points(ends[0] + half, top, half, min(170, half * 0.8 + 20), 180, 360)
        c.stroke(arc, p.figure, 7)
        for x in ends:
            c.disc(x, top, 13, p.figure)
