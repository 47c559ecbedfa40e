"""Technical motifs: networks, circuits, neurons, trees, databases, gears and snakes."""

import math
from itertools import pairwise
from random import Random

from .canvas import Canvas, Point, arc_points
from .palette import Palette, mix


def paint_backdrop(c: Canvas, rng: Random, p: Palette) -> None:
    """Quiet gradient with a lit corner, so that the motif carries the picture."""
    strength = rng.uniform(0.15, 0.4)
    c.vertical(mix(p.ground, p.hue(0), strength * 0.5), mix(p.ground, p.hue(0), strength))
    c.glow(rng.uniform(0, c.width), rng.uniform(0, c.height), 640, p.hue(1), 0.28)


def network(c: Canvas, rng: Random, p: Palette) -> None:
    """Nodes joined to their nearest neighbours."""
    paint_backdrop(c, rng, p)
    columns, rows = rng.choice(((7, 4), (8, 5), (6, 4), (9, 5)))
    nodes: list[Point] = [
        (
            c.width * (column + 0.5 + rng.uniform(-0.36, 0.36)) / columns,
            c.height * (row + 0.5 + rng.uniform(-0.36, 0.36)) / rows,
        )
        for row in range(rows)
        for column in range(columns)
    ]
    line = mix(p.ground, p.figure, 0.5)
    for x, y in nodes:
        nearest = sorted(nodes, key=lambda other: math.hypot(other[0] - x, other[1] - y))
        for other in nearest[1 : rng.choice((3, 3, 4, 5))]:
            c.draw.line([(x, y), other], fill=line, width=rng.choice((2, 3, 5)))
    hubs = set(rng.sample(range(len(nodes)), 5))
    for index, (x, y) in enumerate(nodes):
        if index in hubs:
            c.glow(x, y, 130, p.hue(index), 0.55)
            c.disc(x, y, 54, p.ground)
            c.ball(x, y, rng.uniform(36, 48), p.hue(index), 0.6)
        else:
            c.disc(x, y, rng.uniform(10, 22), p.hue(index))


def circuit(c: Canvas, rng: Random, p: Palette) -> None:
    """A chip whose traces run to the edges in right and half-right angles."""
    c.vertical(mix(p.ground, p.hue(0), 0.25), mix(p.ground, p.hue(0), 0.5))
    cx, cy = c.width * rng.uniform(0.35, 0.65), c.height * rng.uniform(0.42, 0.58)
    half, pins = rng.uniform(120, 175), rng.randint(6, 9)
    trace = mix(p.ground, p.hue(1), 0.75)
    for side in range(4):
        cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[side]
        for pin in range(pins):
            offset = (pin - (pins - 1) / 2) * half * 1.7 / pins
            spread = offset * rng.uniform(1.4, 2.6)
            legs = (half, half + rng.uniform(30, 90) + 50 - abs(offset) * 0.3)
            bend = legs[1] + abs(spread - offset)
            end = bend + rng.uniform(60, 420)
            path = [(legs[0], offset), (legs[1], offset), (bend, spread), (end, spread)]
            points = [(cx + u * cos - v * sin, cy + u * sin + v * cos) for u, v in path]
            tone = p.hue(2) if rng.random() < 0.2 else trace
            c.stroke(points, tone, 7)
            c.disc(*points[-1], 15, tone)
            c.disc(*points[-1], 7, p.ground)
    c.shadow((cx - half, cy - half, cx + half, cy + half))
    c.box((cx - half, cy - half, cx + half, cy + half), mix(p.ink, p.hue(0), 0.2), 18)
    core = half * rng.uniform(0.5, 0.66)
    c.box((cx - core, cy - core, cx + core, cy + core), p.hue(3), 14)
    _emblem(c, rng, p, (cx, cy), core * 0.6)
    c.disc(cx - half * 0.8, cy - half * 0.8, 9, p.hue(2))


def _emblem(c: Canvas, rng: Random, p: Palette, at: Point, size: float) -> None:
    (x, y), kind, tone = at, rng.randrange(4), p.paper
    if kind == 0:
        c.ring(x, y, size, tone, size * 0.28)
    elif kind == 1:
        c.poly([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], tone)
    elif kind == 2:
        for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
            c.box(
                (
                    x + dx * size * 0.5 - size * 0.36,
                    y + dy * size * 0.5 - size * 0.36,
                    x + dx * size * 0.5 + size * 0.36,
                    y + dy * size * 0.5 + size * 0.36,
                ),
                tone,
                6,
            )
    else:
        bolt = ((0.15, -1), (-0.6, 0.15), (0, 0.15), (-0.15, 1), (0.6, -0.15), (0, -0.15))
        c.poly([(x + size * dx, y + size * dy) for dx, dy in bolt], tone)


def neurons(c: Canvas, rng: Random, p: Palette) -> None:
    """Layers of neurons, every one linked with the next layer."""
    paint_backdrop(c, rng, p)
    sizes = [rng.randint(3, 7) for _ in range(rng.randint(4, 6))]
    layers: list[list[Point]] = []
    for index, size in enumerate(sizes):
        x = c.width * (0.1 + 0.8 * index / (len(sizes) - 1))
        gap = min(150, c.height * 0.86 / size)
        layers.append([(x, c.height / 2 + (row - (size - 1) / 2) * gap) for row in range(size)])
    for index, (left, right) in enumerate(pairwise(layers)):
        for start in left:
            for end in right:
                weight = rng.random()
                tone = mix(p.ground, p.hue(index), 0.25 + 0.6 * weight)
                c.draw.line([start, end], fill=tone, width=round(2 + 5 * weight**3))
    for index, layer in enumerate(layers):
        radius = min(50.0, 210 / len(layer))
        for x, y in layer:
            if rng.random() < 0.35:
                c.glow(x, y, radius * 2.6, p.hue(index), 0.6)
            c.disc(x, y, radius + 7, p.ground)
            c.ball(x, y, radius, p.hue(index), 0.6)


def tree(c: Canvas, rng: Random, p: Palette) -> None:
    """A search tree with one path lit."""
    paint_backdrop(c, rng, p)
    depth = rng.randint(4, 5)
    levels = [
        [
            (c.width * (slot + 0.5) / 2**level, c.height * (0.13 + 0.74 * level / (depth - 1)))
            for slot in range(2**level)
        ]
        for level in range(depth)
    ]
    lit, slot = {(0, 0)}, 0
    for level in range(1, depth):
        slot = slot * 2 + rng.randrange(2)
        lit.add((level, slot))
    gone = {(depth - 1, index) for index in range(2 ** (depth - 1)) if rng.random() < 0.3} - lit
    dim = mix(p.ground, p.figure, 0.35)
    for level in range(1, depth):
        for index, (x, y) in enumerate(levels[level]):
            if (level, index) in gone:
                continue
            px, py = levels[level - 1][index // 2]
            curve = [
                (px + (x - px) * (t * t * (3 - 2 * t)), py + (y - py) * t)
                for t in (step / 14 for step in range(15))
            ]
            bright = (level, index) in lit
            c.stroke(curve, p.hue(2) if bright else dim, 13 if bright else 6)
    spots = {(level, index) for level, row in enumerate(levels) for index in range(len(row))}
    for level, index in sorted(spots - gone):
        (x, y), radius = levels[level][index], 62 - 9 * level
        bright = (level, index) in lit
        c.disc(x, y, radius + 7, p.ground)
        c.ball(x, y, radius, p.hue(2) if bright else mix(p.hue(level), dim, 0.25), 0.45)
        if bright:
            c.ring(x, y, radius + 7, p.hue(2), 5)


def cylinders(c: Canvas, rng: Random, p: Palette) -> None:
    """Storage cylinders linked by pipes."""
    paint_backdrop(c, rng, p)
    count = rng.randint(2, 4)
    floor = c.height * rng.uniform(0.8, 0.88)
    spots: list[tuple[float, float, int]] = []
    for index in range(count):
        half = rng.uniform(105, 150) if count < 4 else rng.uniform(85, 115)
        spots.append((c.width * (index + 0.5) / count, half, rng.randint(2, 4)))
    pipe = mix(p.ground, p.figure, 0.4)
    for (x, _, _), (other, _, _) in pairwise(spots):
        y = floor - rng.uniform(40, 150)
        c.stroke([(x, y), (other, y)], pipe, 12)
        for step in range(1, 5):
            c.disc(x + (other - x) * step / 5, y, 13, p.hue(4))
    for index, (x, half, discs) in enumerate(spots):
        oval = half * 0.32
        c.glaze.ellipse(
            (x - half * 1.2, floor - oval * 0.6, x + half * 1.2, floor + oval * 1.3),
            fill=(*p.ink, 60),
        )
        for disc in range(discs):
            low = floor - disc * 142
            tone = p.hue(index + (disc if rng.random() < 0.5 else 0))
            side = [
                (x - half, low - 124),
                (x + half, low - 124),
                *arc_points(x, low, half, oval, 0, 180),
            ]
            c.shaded(side, tone, mix(tone, p.ink, 0.3))
            c.veil(
                [
                    (x + half * 0.35, low - 124),
                    (x + half, low - 124),
                    *arc_points(x, low, half, oval, 0, 70),
                ],
                p.ink,
                0.18,
            )
            c.oval(
                (x - half, low - 124 - oval, x + half, low - 124 + oval), mix(tone, p.paper, 0.35)
            )
            for light in range(3):
                lamp = p.paper if rng.random() < 0.6 else mix(tone, p.ink, 0.5)
                c.disc(x - half * 0.6 + light * 26, low - 44 + oval * 0.5, 8, lamp)


def _gear(c: Canvas, p: Palette, x: float, y: float, radius: float, turn: float, tint: int) -> None:
    teeth, tone, outline = max(8, round(radius / 13)), p.hue(tint), []
    for tooth in range(teeth):
        for share, reach in ((-0.3, 0.88), (-0.17, 1.06), (0.17, 1.06), (0.3, 0.88)):
            angle = turn + (tooth + share) * math.tau / teeth
            outline.append(
                (x + radius * reach * math.cos(angle), y + radius * reach * math.sin(angle))
            )
    c.veil([(px + 10, py + 16) for px, py in outline], p.ink, 0.25)
    c.shaded(outline, mix(tone, p.paper, 0.2), mix(tone, p.ink, 0.2))
    c.disc(x, y, radius * 0.62, mix(tone, p.ink, 0.35))
    spokes = 5
    for spoke in range(spokes):
        angle = turn + spoke * math.tau / spokes
        end = (x + radius * 0.66 * math.cos(angle), y + radius * 0.66 * math.sin(angle))
        c.stroke([(x, y), end], tone, radius * 0.16)
    c.disc(x, y, radius * 0.26, mix(tone, p.paper, 0.2))
    c.disc(x, y, radius * 0.11, p.ink)


def gears(c: Canvas, rng: Random, p: Palette) -> None:
    """A train of gears."""
    paint_backdrop(c, rng, p)
    x, y, radius = c.width * rng.uniform(0.08, 0.2), c.height * rng.uniform(0.4, 0.7), 170.0
    for index in range(7):
        _gear(c, p, x, y, radius, rng.uniform(0, 1), index)
        angle = rng.uniform(-0.9, 0.9) + (0.5 if y < c.height / 2 else -0.5)
        following = rng.uniform(85, 200)
        reach = radius + following + 4
        x, y, radius = x + reach * math.cos(angle), y + reach * math.sin(angle), following


def snake(c: Canvas, rng: Random, p: Palette) -> None:
    """A friendly snake winding across the picture."""
    paint_backdrop(c, rng, p)
    body, belly = p.hue(2), mix(p.hue(3), p.paper, 0.3)
    turns, swing = rng.uniform(1.6, 2.8), rng.uniform(120, 220)
    phase, width = rng.uniform(0, math.tau), rng.uniform(90, 130)
    line = [
        (
            -80 + 1240 * step / 200,
            c.height / 2 + swing * math.sin(phase + math.tau * turns * step / 200),
        )
        for step in range(201)
    ]
    coats = (
        (12, 26, 0.5, mix(p.ground, p.ink, 0.35)),
        (0, 0, 0.5, mix(body, p.ink, 0.25)),
        (0, -0.07 * width, 0.42, body),
    )
    for dx, dy, share, tone in coats:
        # Thick lines fray in tight bends, a row of discs does not.
        for x, y in line:
            c.disc(x + dx, y + dy, width * share, tone)
    for index in range(6, 190, 7):
        x, y = line[index]
        c.disc(x, y - width * 0.05, width * 0.16, p.hue(4) if index % 2 else belly)
    x, y = line[-1]
    tongue = mix((220, 60, 80), p.hue(4), 0.2)
    c.stroke([(x + 60, y + 14), (x + 190, y + 20)], tongue, 9)
    for tip in (-16, 22):
        c.stroke([(x + 186, y + 20), (x + 222, y + 20 + tip)], tongue, 9)
    c.oval((x - 90, y - width * 0.72, x + 140, y + width * 0.72), body)
    for offset in (-0.28, 0.28):
        c.disc(x + 60, y + offset * width - 8, 25, p.paper)
        c.disc(x + 67, y + offset * width - 8, 13, p.ink)
