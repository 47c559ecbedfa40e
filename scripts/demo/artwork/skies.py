"""Cities and night skies: skyline, constellations, planets, penguins on the ice."""

import math
from random import Random

from .canvas import Canvas, Point, arc_points, ridge, wave
from .landscapes import closed, paint_light, paint_pine, paint_sky, paint_stars
from .palette import Color, Palette, mix


def _tower(c: Canvas, rng: Random, x: float, width: float, top: float, color: Color) -> None:
    c.box((x, top, x + width, c.height), color)
    roof = rng.randrange(5)
    middle = x + width / 2
    if roof == 0:
        c.poly([(x, top), (middle, top - width * 0.5), (x + width, top)], color)
    elif roof == 1:
        c.box((x + width * 0.2, top - 26, x + width * 0.8, top), color)
        c.box((middle - 3, top - 90, middle + 3, top), color)
    elif roof == 2:
        c.poly([(x, top), (x + width, top - width * 0.4), (x + width, top)], color)
    elif roof == 3:
        c.draw.pieslice((x, top - width / 2, x + width, top + width / 2), 180, 360, fill=color)


def _windows(
    c: Canvas, rng: Random, x: float, width: float, top: float, tones: tuple[Color, Color]
) -> None:
    columns = max(2, int(width // 30))
    step = (width - 16) / columns
    share = rng.uniform(0.25, 0.7)
    y = top + 22
    while y < c.height - 20:
        for column in range(columns):
            left = x + 8 + column * step + step * 0.2
            lit = tones[0] if rng.random() < share else tones[1]
            c.box((left, y, left + step * 0.6, y + 15), lit)
        y += 32


def skyline(c: Canvas, rng: Random, p: Palette) -> None:
    """Rows of towers, the front ones with lit windows."""
    low = paint_sky(c, rng, p)
    paint_light(c, rng, p, c.height * 0.45)
    near = mix(p.ink, p.hue(2), 0.12 if p.dark else 0.3)
    lamp = mix(max(p.hues, key=lambda hue: hue[0] - hue[2]), p.paper, 0.4)
    for row in range(3):
        color = mix(low, near, (0.3, 0.6, 1)[row])
        x = rng.uniform(-60, 0)
        while x < c.width:
            width = rng.uniform(70, 150) + 10 * row
            height = rng.betavariate(2, 3) * 0.55 + 0.16
            top = c.height * (0.78 - height + 0.13 * row)
            _tower(c, rng, x, width, top, mix(color, low, rng.uniform(0, 0.12)))
            if row:
                _windows(
                    c,
                    rng,
                    x,
                    width,
                    top,
                    (mix(color, lamp, 0.35 + 0.3 * row), mix(color, p.ink, 0.25)),
                )
            x += width + rng.choice((0, 6, 14, 40))
        if row < 2:
            c.glow(c.width * rng.uniform(0.2, 0.8), c.height, 700, low, 0.35)


def street(c: Canvas, rng: Random, p: Palette) -> None:
    """A row of narrow old-town houses seen from across the street."""
    low = paint_sky(c, rng, p)
    paint_light(c, rng, p, c.height * 0.3)
    ground = c.height * rng.uniform(0.84, 0.9)
    x, index = rng.uniform(-80, 0), rng.randrange(5)
    while x < c.width:
        width, top = rng.uniform(150, 230), c.height * rng.uniform(0.28, 0.46)
        wall = mix(p.hue(index), p.ink if p.dark else p.paper, 0.4 if p.dark else 0.15)
        roof = mix(wall, p.ink, 0.55)
        c.box((x, top, x + width, ground), wall)
        if rng.random() < 0.5:
            c.poly(
                [
                    (x - 8, top),
                    (x + width / 2, top - width * rng.uniform(0.4, 0.65)),
                    (x + width + 8, top),
                ],
                roof,
            )
        else:
            slope = rng.uniform(20, 44)
            c.poly(
                [
                    (x - 6, top),
                    (x + slope, top - 80),
                    (x + width - slope, top - 80),
                    (x + width + 6, top),
                ],
                roof,
            )
        _facade(c, rng, p, (x, top, x + width, ground), wall)
        x, index = x + width, index + 1
    c.vertical(mix(p.ink, low, 0.35), mix(p.ink, low, 0.1), ground, c.height)


def _facade(
    c: Canvas, rng: Random, p: Palette, wall: tuple[float, float, float, float], color: Color
) -> None:
    left, top, right, foot = wall
    columns = rng.randint(2, 3)
    step = (right - left) / columns
    frame, lamp = mix(color, p.paper, 0.5), mix(p.paper, p.hue(1), 0.45)
    arched = rng.random() < 0.4
    y = top + 30
    while y < foot - 150:
        for column in range(columns):
            x = left + step * (column + 0.5)
            glass = lamp if rng.random() < 0.45 else mix(color, p.ink, 0.55)
            if arched:
                c.disc(x, y + 6, 24, frame)
            c.box((x - 24, y, x + 24, y + 70), frame)
            c.box((x - 18, y + 6, x + 18, y + 64), glass)
            c.box((x - 2, y + 6, x + 2, y + 64), frame)
        y += 104
    door = left + step * (rng.randrange(columns) + 0.5)
    c.box((door - 28, foot - 112, door + 28, foot), mix(color, p.ink, 0.6), 6)
    c.disc(door + 16, foot - 52, 4, lamp)


def _constellation(c: Canvas, rng: Random, p: Palette, x: float, y: float) -> None:
    points: list[Point] = []
    heading = rng.uniform(-0.6, 0.6)
    for _ in range(rng.randint(5, 7)):
        points.append((x, y))
        heading += rng.uniform(-1.1, 1.1)
        reach = rng.uniform(70, 140)
        x, y = x + reach * math.cos(heading), y + reach * 0.8 * math.sin(heading)
    if len(points) > 5:
        points.append(points[2])
    c.draw.line(points, fill=mix(p.ink, p.paper, 0.55), width=3)
    for index, (px, py) in enumerate(points[:-1]):
        c.glow(px, py, 34, p.hue(index), 0.7)
        c.disc(px, py, rng.uniform(5, 9), p.paper)


def night_sky(c: Canvas, rng: Random, p: Palette) -> None:
    """Constellations and the Milky Way above a dark horizon."""
    low = mix(p.ink, p.hue(0), rng.uniform(0.45, 0.75))
    c.vertical(mix(p.ink, (4, 6, 20), 0.45), low)
    slope, start = rng.uniform(-0.5, 0.5), rng.uniform(0.2, 0.5) * c.height
    for index in range(9):
        x = c.width * index / 8
        y = start + slope * (x - c.width / 2) + rng.uniform(-40, 40)
        c.glow(x, y, rng.uniform(150, 280), p.hue(index), 0.2)
    paint_stars(c, rng, p, 320, c.height * 0.85)
    for index in range(rng.randint(2, 3)):
        x = c.width * (0.08 + 0.33 * index)
        _constellation(c, rng, p, x, rng.uniform(0.24, 0.58) * c.height)
    base = mix(p.ink, (0, 0, 0), 0.35)
    if rng.random() < 0.5:
        line = ridge(rng, c.width, c.height * 0.92, 130, 0.48)
    else:
        line = wave(rng, c.width, c.height * 0.88, 46, 1.2)
        for x, y in line[:: rng.randint(2, 4)]:
            paint_pine(c, x, y + 20, rng.uniform(60, 150), base)
    c.poly(closed(c, line), base)
    if rng.random() < 0.5:
        x, y = line[60][0], line[60][1] - 10
        c.box((x - 60, y - 58, x + 60, y + 60), base)
        c.draw.pieslice((x - 66, y - 120, x + 66, y + 12), 180, 360, fill=base)
        c.stroke([(x + 10, y - 90), (x + 62, y - 142)], base, 26)


def _half_ring(c: Canvas, p: Palette, at: Point, size: float, start: float) -> None:
    """The half of the rings behind (from 180°) or before (from 0°) the planet."""
    for factor, light in ((1.75, 0.1), (1.6, 0.4), (1.45, 0.2)):
        arc = arc_points(*at, size * factor, size * factor * 0.28, start, start + 180)
        c.stroke(arc, mix(p.hue(3), p.paper, light), size * 0.07)


def planets(c: Canvas, rng: Random, p: Palette) -> None:
    """A great planet with its moons on dotted orbits."""
    c.vertical(mix(p.ink, (4, 6, 20), 0.4), mix(p.ink, p.hue(0), rng.uniform(0.2, 0.6)))
    c.glow(rng.uniform(0, c.width), rng.uniform(0, c.height), 620, p.hue(1), 0.35)
    paint_stars(c, rng, p, 170, c.height)
    x, y = c.width * rng.uniform(0.3, 0.7), c.height * rng.uniform(0.42, 0.62)
    size, color = rng.uniform(130, 230), p.hue(2)
    orbits = [size * factor for factor in (1.9, 2.6, 3.3)]
    for orbit in orbits:
        for px, py in arc_points(x, y, orbit, orbit * 0.42, 0, 360):
            c.disc(px, py, 2.5, mix(p.ink, p.paper, 0.5))
    c.glow(x, y, size * 2, color, 0.45)
    ringed = rng.random() < 0.6
    if ringed:
        _half_ring(c, p, (x, y), size, 180)
    c.ball(x, y, size, color, 0.8)
    for _ in range(rng.randint(3, 5)):
        offset = rng.uniform(-0.8, 0.8) * size
        half = math.sqrt(size * size - offset * offset) * 0.98
        band = arc_points(x, y + offset, half, size * 0.08, 180, 0)
        thick = rng.uniform(8, 26)
        c.veil(band + [(px, py + thick) for px, py in band[::-1]], p.hue(4), 0.22)
    if ringed:
        _half_ring(c, p, (x, y), size, 0)
    for index, orbit in enumerate(orbits):
        angle = rng.uniform(0, math.tau)
        px, py = x + orbit * math.cos(angle), y + orbit * 0.42 * math.sin(angle)
        c.ball(px, py, rng.uniform(20, 48), p.hue(3 + index), 0.8)


def _penguin(c: Canvas, rng: Random, p: Palette, x: float, y: float, size: float) -> None:
    coat, scarf = mix(p.ink, (10, 14, 24), 0.3), p.hue(rng.randrange(5))
    beak = (244, 162, 60)
    for side in (-1, 1):
        c.oval(
            (
                x + side * size * 0.2 - size * 0.14,
                y - size * 0.08,
                x + side * size * 0.2 + size * 0.14,
                y + size * 0.04,
            ),
            beak,
        )
        c.poly(
            [
                (x + side * size * 0.3, y - size * 0.75),
                (x + side * size * 0.56, y - size * 0.3),
                (x + side * size * 0.3, y - size * 0.38),
            ],
            coat,
        )
    c.oval((x - size * 0.4, y - size * 1.02, x + size * 0.4, y), coat)
    c.disc(x, y - size * 1.02, size * 0.29, coat)
    c.oval((x - size * 0.28, y - size * 0.78, x + size * 0.28, y - size * 0.03), p.paper)
    for side in (-1, 1):
        c.disc(x + side * size * 0.11, y - size * 1.02, size * 0.13, p.paper)
        c.disc(x + side * size * 0.09, y - size * 1.04, size * 0.045, coat)
    c.poly(
        [
            (x - size * 0.09, y - size * 0.96),
            (x + size * 0.09, y - size * 0.96),
            (x, y - size * 0.85),
        ],
        beak,
    )
    if rng.random() < 0.6:
        loop = (x - size * 0.29, y - size * 0.82, x + size * 0.29, y - size * 0.71)
        c.box(loop, scarf, size / 18)
        end = (x + size * 0.08, y - size * 0.78, x + size * 0.2, y - size * 0.48)
        c.box(end, scarf, size / 18)


def penguins(c: Canvas, rng: Random, p: Palette) -> None:
    """A small colony on the ice."""
    low = paint_sky(c, rng, p)
    paint_light(c, rng, p, c.height * 0.45)
    ice = mix(p.paper, low, 0.25)
    for index in range(3):
        line = ridge(rng, c.width, c.height * (0.62 + 0.03 * index), 190 - 55 * index, 0.4)
        tone = mix(low, ice, 0.3 + 0.2 * index)
        c.shaded(closed(c, line), tone, mix(tone, p.hue(0), 0.25))
    floor = wave(rng, c.width, c.height * 0.72, 22, 1.3)
    c.shaded(closed(c, floor), ice, mix(ice, p.hue(1), 0.45))
    count = rng.randint(3, 7)
    slots = rng.sample(range(count), count)
    for index in range(count):
        size = rng.uniform(120, 190) + 110 * index / count
        x = c.width * (slots[index] + rng.uniform(0.35, 0.65)) / count
        y = c.height * (0.74 + 0.2 * index / count)
        c.glaze.ellipse((x - size * 0.5, y - 14, x + size * 0.5, y + 18), fill=(*p.ink, 40))
        _penguin(c, rng, p, x, y, size)
