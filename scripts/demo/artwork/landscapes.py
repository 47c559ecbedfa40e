"""Landscapes: mountains, sea, forest, road, dunes and balloons under a wide sky."""

import math
from random import Random

from .canvas import Canvas, Point, arc_points, ridge, wave
from .palette import Color, Palette, luminance, mix


def paint_sky(c: Canvas, rng: Random, p: Palette) -> Color:
    """Fill the sky and return its colour at the horizon."""
    if p.dark:
        top, low = mix(p.ink, p.hue(0), 0.12), mix(p.ink, p.hue(0), rng.uniform(0.65, 0.95))
    else:
        top, low = mix(p.hue(0), p.paper, rng.uniform(0.05, 0.45)), mix(p.hue(1), p.paper, 0.72)
    c.vertical(top, low)
    return low


def paint_stars(c: Canvas, rng: Random, p: Palette, count: int, low: float) -> None:
    """Scatter stars of uneven size over the sky."""
    for _ in range(count):
        x, y = rng.uniform(0, c.width), rng.uniform(0, low)
        c.disc(x, y, rng.choice((1.5, 1.5, 2, 2, 3, 4)), mix(p.paper, p.hue(3), rng.random() / 2))


def paint_light(c: Canvas, rng: Random, p: Palette, low: float) -> Point:
    """Sun or moon with its glow; returns the centre."""
    x, y = rng.uniform(0.15, 0.85) * c.width, rng.uniform(0.4, 0.95) * low
    radius = rng.uniform(50, 125)
    if not p.dark:
        warm = max(p.hues, key=lambda hue: hue[0] - hue[2])
        c.glow(x, y, radius * 3.4, mix(warm, p.paper, 0.4), 0.75)
        c.disc(x, y, radius, mix(warm, p.paper, rng.uniform(0, 0.5)))
        return x, y
    paint_stars(c, rng, p, 90, low)
    backdrop = c.image.getpixel((round(x), round(y)))
    c.glow(x, y, radius * 3.2, p.paper, 0.3)
    c.disc(x, y, radius * 0.75, mix(p.paper, p.hue(2), 0.12))
    if rng.random() < 0.5 and isinstance(backdrop, tuple):
        cover = mix((backdrop[0], backdrop[1], backdrop[2]), p.paper, 0.2)
        c.disc(x + radius * 0.32, y - radius * 0.16, radius * 0.66, cover)
    else:
        for dx, dy, size in ((-0.25, -0.2, 0.16), (0.2, 0.1, 0.22), (-0.1, 0.35, 0.1)):
            c.veil_disc(x + dx * radius, y + dy * radius, size * radius, p.ink, 0.1)
    return x, y


def closed(c: Canvas, line: list[Point]) -> list[Point]:
    """Close a horizon line along the bottom edge."""
    return [*line, (c.width, c.height), (0, c.height)]


def paint_cloud(c: Canvas, x: float, y: float, size: float, color: Color, alpha: float) -> None:
    """Flat-bottomed cloud."""
    outline = arc_points(x - size * 0.7, y, size * 0.4, size * 0.32, 180, 290)
    outline += arc_points(x, y - size * 0.18, size * 0.5, size * 0.45, 200, 330)
    outline += arc_points(x + size * 0.75, y, size * 0.42, size * 0.3, 250, 360)
    c.veil(outline, color, alpha)


def paint_pine(c: Canvas, x: float, y: float, size: float, color: Color) -> None:
    """Stylised conifer standing on (x, y)."""
    for tier in range(4):
        top, half = y - size * (1 - tier * 0.2), size * (0.13 + tier * 0.055)
        foot = top + size * 0.36
        c.poly([(x, top), (x + half, foot), (x, foot - size * 0.04), (x - half, foot)], color)
    c.box((x - size * 0.025, y - size * 0.1, x + size * 0.025, y), color)


def mountains(c: Canvas, rng: Random, p: Palette) -> None:
    """Ridges in layers that fade towards the horizon."""
    low = paint_sky(c, rng, p)
    paint_light(c, rng, p, c.height * 0.5)
    near = mix(p.ink, p.hue(2), rng.uniform(0.1, 0.45))
    if p.dark:
        near = mix(near, p.ink, 0.5)
    layers, rough = rng.randint(3, 6), rng.uniform(0.42, 0.56)
    for layer in range(layers):
        share = (layer + 1) / layers
        base = c.height * (0.52 + 0.4 * share)
        swing = c.height * rng.uniform(0.2, 0.36) * (1.15 - 0.65 * share)
        color = mix(low, near, share**0.9)
        line = ridge(rng, c.width, base, swing, rough)
        c.shaded(closed(c, line), color, mix(color, low, 0.4 * (1.1 - share)))
    if rng.random() < 0.6:
        for _ in range(rng.randint(8, 22)):
            x = rng.gauss(0.2, 0.12) * c.width
            paint_pine(c, x, c.height + 10, rng.uniform(90, 230), mix(near, p.ink, 0.6))


def peaks(c: Canvas, rng: Random, p: Palette) -> None:
    """Folded paper peaks with a lit and a shaded side and caps of snow."""
    low = paint_sky(c, rng, p)
    paint_light(c, rng, p, c.height * 0.45)
    count = rng.randint(5, 8)
    for index in range(count):
        share = index / (count - 1)
        color = mix(low, mix(p.hue(2), p.ink, 0.35), 0.35 + 0.6 * share)
        x = c.width * rng.uniform(-0.02, 1.02)
        top = c.height * (0.2 + 0.38 * share + rng.uniform(-0.08, 0.08))
        half = (c.height - top) * rng.uniform(0.75, 1.1)
        foot = c.height + 10
        lean = half * rng.uniform(-0.1, 0.2)
        c.poly([(x, top), (x + half, foot), (x + lean, foot), (x, top)], mix(color, p.ink, 0.3))
        c.poly([(x, top), (x + lean, foot), (x - half, foot)], mix(color, p.paper, 0.08))
        cut = rng.uniform(0.16, 0.26)
        drop = (foot - top) * cut
        cap = [(x, top), (x + half * cut, top + drop), (x + half * cut * 0.5, top + drop * 0.8)]
        cap += [(x + lean * cut, top + drop * 1.25), (x - half * cut * 0.45, top + drop * 0.8)]
        c.poly([*cap, (x - half * cut, top + drop)], mix(p.paper, color, 0.12))
    c.glow(c.width / 2, c.height * 1.1, c.width * 0.7, low, 0.55)


def _sail_boat(c: Canvas, rng: Random, p: Palette, x: float, y: float, size: float) -> None:
    sail, jib = mix(p.paper, p.hue(rng.randrange(5)), rng.choice((0.05, 0.9))), p.hue(3)
    c.box((x - size * 0.012, y - size, x + size * 0.012, y), p.ink)
    c.poly(
        [
            (x + size * 0.03, y - size * 0.96),
            (x + size * 0.45, y - size * 0.12),
            (x + size * 0.03, y - size * 0.12),
        ],
        sail,
    )
    c.poly(
        [
            (x - size * 0.03, y - size * 0.86),
            (x - size * 0.32, y - size * 0.12),
            (x - size * 0.03, y - size * 0.12),
        ],
        mix(jib, p.paper, 0.2),
    )
    hull = [(x - size * 0.4, y - size * 0.07), (x + size * 0.5, y - size * 0.07)]
    c.poly([*hull, (x + size * 0.34, y + size * 0.07), (x - size * 0.28, y + size * 0.07)], p.ink)


def sea(c: Canvas, rng: Random, p: Palette) -> None:
    """Open water with sails, glints of light and gulls."""
    low = paint_sky(c, rng, p)
    horizon = c.height * rng.uniform(0.45, 0.62)
    sun_x, _ = paint_light(c, rng, p, horizon * 1.02)
    water = min(p.hues, key=lambda hue: hue[0] - hue[2])
    deep = mix(water, p.ink, 0.75 if p.dark else 0.35)
    if rng.random() < 0.6:
        coast = wave(rng, c.width, horizon - 10, rng.uniform(20, 60), rng.uniform(0.6, 1.4))
        c.poly(closed(c, coast), mix(low, deep, 0.35))
    c.vertical(mix(water, low, 0.55), deep, horizon, c.height)
    for _ in range(60):
        depth = rng.random() ** 1.5
        y = horizon + 8 + depth * (c.height - horizon)
        x = sun_x + rng.gauss(0, 40 + 160 * depth)
        half = rng.uniform(10, 30) + 60 * depth
        c.stroke([(x - half, y), (x + half, y)], mix(water, p.paper, 0.55), 3 + 4 * depth)
    for depth in sorted(rng.uniform(0.02, 0.55) for _ in range(rng.randint(2, 5))):
        y = horizon + depth * (c.height - horizon)
        _sail_boat(c, rng, p, rng.uniform(0.08, 0.92) * c.width, y, 70 + 420 * depth)
    for index in range(3):
        line = wave(rng, c.width, c.height * (0.86 + 0.06 * index), 16, rng.uniform(2, 4))
        c.veil(closed(c, line), mix(deep, p.ink, 0.3 * index), 0.55)
    for _ in range(rng.randint(0, 6)):
        x, y, size = rng.uniform(100, 1340), rng.uniform(60, horizon * 0.6), rng.uniform(14, 30)
        for side in (-1, 1):
            c.stroke(arc_points(x + side * size, y, size, size * 0.6, 200, 340), p.figure, 4)


def forest(c: Canvas, rng: Random, p: Palette) -> None:
    """Rows of conifers vanishing in the mist."""
    low = paint_sky(c, rng, p)
    paint_light(c, rng, p, c.height * 0.5)
    near = mix(p.ink, p.hue(2), 0.2)
    rows = rng.randint(4, 5)
    for row in range(rows):
        share = (row + 1) / rows
        color = mix(low, near, share)
        line = wave(rng, c.width, c.height * (0.5 + 0.42 * share), 50, rng.uniform(0.6, 1.6))
        size = 90 + 230 * share
        for x, y in line[:: max(2, round(2 + 3 * share))]:
            paint_pine(c, x + rng.uniform(-18, 18), y + 36, size * rng.uniform(0.6, 1.2), color)
        c.shaded(closed(c, line), color, mix(color, low, 0.5 * (1 - share)))
        if row < rows - 1:
            c.glow(rng.uniform(0, c.width), line[0][1] + 60, 620, low, 0.35)


def road(c: Canvas, rng: Random, p: Palette) -> None:
    """A road winding through hills towards the light."""
    low = paint_sky(c, rng, p)
    horizon = c.height * rng.uniform(0.44, 0.54)
    paint_light(c, rng, p, horizon)
    field = mix(p.hue(2), p.ink, 0.45 if p.dark else 0.12)
    for index in range(3):
        line = wave(rng, c.width, horizon - 40 + 30 * index, 60 - 12 * index, 0.8 + index * 0.4)
        c.poly(closed(c, line), mix(low, field, 0.3 + 0.2 * index))
    c.vertical(mix(field, low, 0.2), mix(field, p.ink, 0.35), horizon + 60, c.height)
    bend, phase = rng.uniform(120, 330), rng.uniform(0, math.tau)
    left: list[Point] = []
    right: list[Point] = []
    middle: list[tuple[Point, float]] = []
    for step in range(61):
        depth = (step / 60) ** 1.8
        x = c.width / 2 + bend * math.sin(phase + step / 60 * 7.5) * (0.25 + depth)
        y, half = horizon + 60 + depth * (c.height - horizon - 50), 6 + 190 * depth
        left.append((x - half, y))
        right.append((x + half, y))
        middle.append(((x, y), half))
    c.shaded(left + right[::-1], mix(p.ink, low, 0.5), mix(p.ink, p.hue(4), 0.1))
    for (start, half), (end, _) in zip(middle[20::3], middle[21::3], strict=False):
        c.stroke([start, end], p.paper, half * 0.07)
    for index in range(16):
        depth = (index / 16) ** 1.5
        x = rng.choice((rng.uniform(-0.02, 0.25), rng.uniform(0.75, 1.02))) * c.width
        tone = mix(low, mix(p.ink, p.hue(2), 0.25), 0.5 + 0.5 * depth)
        paint_pine(c, x, horizon + 70 + depth * 330, 60 + 190 * depth, tone)


def dunes(c: Canvas, rng: Random, p: Palette) -> None:
    """Dunes with a lit crest and a shaded slope."""
    low = paint_sky(c, rng, p)
    paint_light(c, rng, p, c.height * 0.5)
    sand = max(p.hues, key=lambda hue: hue[0] - hue[2] + luminance(hue) / 4)
    sand = mix(sand, p.ink, 0.45) if p.dark else sand
    layers = rng.randint(4, 6)
    for layer in range(layers):
        share = (layer + 1) / layers
        base = c.height * (0.48 + 0.46 * share)
        line = wave(rng, c.width, base, 90 - 30 * share, rng.uniform(0.6, 1.3))
        color = mix(low, sand, 0.35 + 0.65 * share)
        c.shaded(closed(c, line), mix(color, p.paper, 0.25), mix(color, p.ink, 0.3))
        top = min(range(8, len(line) - 8), key=lambda index: line[index][1])
        slope = line[top:]
        shade = [
            (x - 130 * (index / len(slope)), y + 26 + index * 7)
            for index, (x, y) in enumerate(slope)
        ]
        c.veil([*slope, (c.width, c.height), *shade[::-1]], mix(p.ink, p.hue(3), 0.3), 0.15)


def _balloon(c: Canvas, p: Palette, x: float, y: float, size: float, tint: int) -> None:
    gores, tones = 7, (p.hue(tint), mix(p.paper, p.hue(tint + 1), 0.35))
    for index in range(gores):
        # Narrowing ellipses drawn from the outside in look like the seams of a round hull.
        half = size * (1 - 2 * index / (2 * gores - 1)) if index else size
        tone = tones[index % 2]
        lower = [(x + half * 0.3, y + size * 1.3), (x - half * 0.3, y + size * 1.3)]
        c.poly([*arc_points(x, y, half, size, 160, 380), *lower], tone)
    c.veil(
        [
            *arc_points(x, y, size, size, -75, 20),
            (x + size * 0.3, y + size * 1.3),
            (x + size * 0.1, y + size * 1.3),
        ],
        p.ink,
        0.14,
    )
    for side in (-1, 1):
        c.stroke(
            [(x + side * size * 0.24, y + size * 1.3), (x + side * size * 0.14, y + size * 1.66)],
            p.ink,
            3,
        )
    basket = (x - size * 0.17, y + size * 1.62, x + size * 0.17, y + size * 1.86)
    c.box(basket, mix(p.ink, p.hue(tint + 2), 0.3), size * 0.05)


def balloons(c: Canvas, rng: Random, p: Palette) -> None:
    """Hot-air balloons above soft hills."""
    low = paint_sky(c, rng, p)
    paint_light(c, rng, p, c.height * 0.6)
    for _ in range(rng.randint(3, 6)):
        x, y = rng.uniform(0, c.width), rng.uniform(80, 480)
        paint_cloud(c, x, y, rng.uniform(80, 170), p.paper, 0.16 if p.dark else 0.6)
    for index in range(3):
        line = wave(rng, c.width, c.height * (0.78 + 0.08 * index), 50, rng.uniform(0.7, 1.6))
        color = mix(low, mix(p.hue(2), p.ink, 0.3 + 0.3 * p.dark), 0.4 + 0.3 * index)
        c.shaded(closed(c, line), color, mix(color, p.ink, 0.25))
    count = rng.randint(2, 5)
    for index in range(count):
        x = c.width * ((index + 0.5) / count + rng.uniform(-0.05, 0.05))
        size = rng.uniform(50, 120) if index != count // 2 else rng.uniform(120, 170)
        _balloon(c, p, x, rng.uniform(size + 30, 460 - size), size, rng.randrange(5))
