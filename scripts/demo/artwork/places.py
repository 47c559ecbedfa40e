"""Places and symbols: arches, sports grounds, coins, atoms, flasks and the pulse line."""

import math
from random import Random

from .canvas import Canvas, Point, arc_points
from .landscapes import paint_light, paint_sky
from .palette import Color, Palette, mix
from .technical import paint_backdrop as backdrop


def columns(c: Canvas, rng: Random, p: Palette) -> None:
    """A temple front on its steps."""
    low = paint_sky(c, rng, p)
    paint_light(c, rng, p, c.height * 0.55)
    stone = mix(p.paper, p.hue(2), rng.uniform(0.15, 0.45))
    stone = mix(stone, p.ink, 0.35) if p.dark else stone
    shade, count = mix(stone, p.ink, 0.45), rng.randint(4, 7)
    left, right = c.width * rng.uniform(0.1, 0.2), c.width * rng.uniform(0.8, 0.9)
    floor, top = c.height * 0.8, c.height * rng.uniform(0.36, 0.44)
    c.box((left + 40, top, right - 40, floor), mix(shade, low, 0.2))
    step = (right - left) / count
    for index in range(count):
        x, half = left + step * (index + 0.5), step * 0.24
        c.shaded(
            [(x - half * 0.86, top), (x + half * 0.86, top), (x + half, floor), (x - half, floor)],
            stone,
            mix(stone, shade, 0.35),
        )
        for flute in (-0.45, 0, 0.45):
            c.draw.line(
                [(x + flute * half, top + 20), (x + flute * half, floor - 10)],
                fill=mix(stone, shade, 0.5),
                width=5,
            )
        c.veil(
            [(x + half * 0.4, top), (x + half, top), (x + half, floor), (x + half * 0.5, floor)],
            p.ink,
            0.14,
        )
        c.box((x - half * 1.3, top, x + half * 1.3, top + 26), stone, 8)
        c.box((x - half * 1.3, floor - 22, x + half * 1.3, floor), stone, 6)
    c.box((left - 20, top - 50, right + 20, top), mix(stone, shade, 0.12))
    peak = top - 50 - rng.uniform(110, 170)
    middle = (left + right) / 2
    c.poly([(left - 40, top - 50), (middle, peak), (right + 40, top - 50)], stone)
    c.poly(
        [(left + 50, top - 66), (middle, peak + 34), (right - 50, top - 66)], mix(stone, shade, 0.4)
    )
    c.disc(middle, top - 96, 26, p.hue(3))
    for index in range(4):
        y, spread = floor + index * 42, 30 + index * 44
        c.box((left - spread, y, right + spread, c.height), mix(stone, shade, 0.1 + 0.14 * index))


def arches(c: Canvas, rng: Random, p: Palette) -> None:
    """A gallery of nested arches that opens on the sky."""
    c.vertical(mix(p.ground, p.hue(0), 0.3), mix(p.ground, p.hue(0), 0.6))
    count = rng.randint(2, 5)
    width = c.width / count
    floor = c.height * rng.uniform(0.82, 0.9)
    for index in range(count):
        x = width * (index + 0.5)
        half, top = width * 0.43, c.height * 0.12 + min(width * 0.43, 330) * 0.8
        rings = rng.randint(3, 5)
        for ring in range(rings):
            share = 1 - ring * 0.17
            tone = mix(p.hue(index + ring), p.ink, 0.12 * ring)
            box = [
                (x - half * share, floor),
                *arc_points(x, top, half * share, min(half, 330) * 0.8 * share, 180, 360),
            ]
            c.shaded([*box, (x + half * share, floor)], mix(tone, p.paper, 0.1), tone)
        share = 1 - rings * 0.17
        inner = [
            (x - half * share, floor),
            *arc_points(x, top, half * share, min(half, 330) * 0.8 * share, 180, 360),
        ]
        c.shaded(
            [*inner, (x + half * share, floor)],
            mix(p.hue(1), p.paper, 0.3),
            mix(p.paper, p.hue(3), 0.15),
        )
        c.disc(x, top + 60, half * share * 0.45, mix(p.hue(2), p.paper, 0.2))
    stone = mix(p.hue(0), p.ink, 0.4)
    c.vertical(mix(stone, p.paper, 0.15), stone, floor, c.height)


def coins(c: Canvas, rng: Random, p: Palette) -> None:
    """Stacks of coins that grow, with a sprouting line."""
    backdrop(c, rng, p)
    floor, count = c.height * 0.86, rng.randint(4, 7)
    metal = max(p.hues, key=lambda hue: hue[0] + hue[1] - hue[2])
    c.vertical(mix(p.ground, p.hue(2), 0.5), mix(p.ground, p.hue(2), 0.7), floor - 30, c.height)
    step = (c.width - 160) / count
    tops: list[Point] = []
    for index in range(count):
        x, half = 80 + step * (index + 0.5), step * 0.38
        tone = metal if index % 2 == 0 else mix(metal, p.hue(3), 0.45)
        discs = round(2 + index * 12 / count + rng.uniform(0, 3))
        for disc in range(discs):
            y, shift = floor - disc * 36, rng.uniform(-7, 7)
            side = [
                *arc_points(x + shift, y, half, half * 0.26, 0, 180),
                *arc_points(x + shift, y - 30, half, half * 0.26, 180, 0),
            ]
            c.poly(side, mix(tone, p.ink, 0.38 if disc % 2 else 0.3))
            c.oval(
                (x + shift - half, y - 30 - half * 0.26, x + shift + half, y - 30 + half * 0.26),
                mix(tone, p.paper, 0.2),
            )
        y = floor - discs * 36 + 6
        c.oval((x - half * 0.66, y - half * 0.17, x + half * 0.66, y + half * 0.17), tone)
        tops.append((x, y - 84))
    c.stroke(tops, p.figure, 9)
    for x, y in tops:
        c.disc(x, y, 18, p.figure)
        c.disc(x, y, 9, p.hue(4))


def atom(c: Canvas, rng: Random, p: Palette) -> None:
    """A nucleus with electrons on crossing orbits."""
    backdrop(c, rng, p)
    x, y = c.width * rng.uniform(0.36, 0.64), c.height / 2
    reach, flat, orbits = rng.uniform(320, 372), rng.uniform(0.28, 0.42), rng.randint(3, 4)
    c.glow(x, y, 420, p.hue(2), 0.5)
    turn = rng.uniform(0, math.pi)
    for orbit in range(orbits):
        angle = turn + orbit * math.pi / orbits
        cos, sin = math.cos(angle), math.sin(angle)
        path = [
            (x + u * cos - v * sin, y + u * sin + v * cos)
            for u, v in arc_points(0, 0, reach, reach * flat, 0, 360)
        ]
        c.stroke(path, mix(p.ground, p.hue(orbit), 0.75), 9)
        for spot in rng.sample(range(len(path)), 2):
            c.ball(*path[spot], rng.uniform(20, 34), p.hue(orbit + 1), 0.6)
    for _ in range(12):
        angle, far = rng.uniform(0, math.tau), rng.uniform(10, 58)
        c.ball(
            x + far * math.cos(angle), y + far * math.sin(angle), 38, p.hue(rng.choice((2, 3))), 0.7
        )
    for _ in range(rng.randint(8, 20)):
        c.veil_disc(
            rng.uniform(0, c.width), rng.uniform(0, c.height), rng.uniform(6, 30), p.hue(4), 0.4
        )


def flasks(c: Canvas, rng: Random, p: Palette) -> None:
    """Laboratory glass with bubbling liquids."""
    backdrop(c, rng, p)
    floor, count = c.height * 0.86, rng.randint(3, 5)
    c.vertical(mix(p.hue(0), p.ink, 0.4), mix(p.hue(0), p.ink, 0.6), floor, c.height)
    glass = mix(p.ground, p.paper, 0.7)
    for index in range(count):
        x, tone = c.width * (index + 0.5) / count, p.hue(1 + index)
        half, height = rng.uniform(95, 135), rng.uniform(300, 470)
        kind, neck, top = rng.randrange(3), 34, floor - height
        if kind == 0:
            hull: list[Point] = [
                (x - neck, top),
                (x + neck, top),
                (x + neck, top + height * 0.36),
                (x + half, floor),
                (x - half, floor),
                (x - neck, top + height * 0.36),
            ]
            level, wide = floor - height * 0.34, half * 0.58
            fill = [
                (x - wide, level),
                (x + wide, level),
                (x + half * 0.9, floor - 10),
                (x - half * 0.9, floor - 10),
            ]
        elif kind == 1:
            bulb = arc_points(x, floor - half, half, half, -70, 250)
            hull = [(x - neck, top), (x + neck, top), *bulb]
            fill = arc_points(x, floor - half, half * 0.88, half * 0.88, -10, 190)
            level = floor - half
        else:
            hull = [(x - 50, top), (x + 50, top), *arc_points(x, floor - 50, 50, 50, 0, 180)]
            level = floor - height * rng.uniform(0.4, 0.7)
            fill = [(x - 40, level), (x + 40, level), *arc_points(x, floor - 50, 40, 40, 0, 180)]
        c.veil(hull, glass, 0.45)
        c.shaded(fill, mix(tone, p.paper, 0.2), tone)
        c.stroke([*hull, hull[0]], glass, 8)
        c.box((x - 62, top - 12, x + 62, top + 8), glass, 10)
        _bubbles(c, rng, (x, level, top), tone, p.paper)


def _bubbles(
    c: Canvas, rng: Random, spot: tuple[float, float, float], tone: Color, light: Color
) -> None:
    x, level, top = spot
    for _ in range(6):
        c.veil_disc(
            x + rng.uniform(-26, 26), level + rng.uniform(14, 80), rng.uniform(5, 14), light, 0.55
        )
    for rise in range(rng.randint(0, 5)):
        c.disc(x + rng.uniform(-30, 30), top - 40 - rise * 34, rng.uniform(8, 18), tone)


def pulse(c: Canvas, rng: Random, p: Palette) -> None:
    """A heart and the line of its beat."""
    backdrop(c, rng, p)
    grid, y = mix(p.ground, p.figure, 0.1), c.height * rng.uniform(0.5, 0.62)
    for line in range(0, c.width, 72):
        c.draw.line([(line, 0), (line, c.height)], fill=grid, width=2)
        c.draw.line([(0, line), (c.width, line)], fill=grid, width=2)
    x, size, heart = c.width * rng.uniform(0.25, 0.75), rng.uniform(13, 19), p.hue(2)
    outline = [
        (
            x + size * 16 * math.sin(t) ** 3,
            y
            - 30
            - size
            * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)),
        )
        for t in (step * math.tau / 80 for step in range(80))
    ]
    c.glow(x, y - 30, size * 28, heart, 0.5)
    c.shaded(outline, mix(heart, p.paper, 0.25), mix(heart, p.ink, 0.2))
    shine = arc_points(x - size * 7.4, y - 30 - size * 6, size * 5, size * 4, 170, 290)
    c.veil(shine, p.paper, 0.3)
    beat, offset = rng.uniform(230, 330), rng.uniform(-200, 0)
    line_points: list[Point] = []
    while offset < c.width:
        for share, lift in (
            (0, 0),
            (0.3, 0),
            (0.37, 44),
            (0.44, 0),
            (0.5, -36),
            (0.57, 235),
            (0.66, -120),
            (0.73, 0),
            (0.84, 56),
            (0.93, 0),
        ):
            line_points.append((offset + share * beat, y - lift * rng.uniform(0.8, 1.1)))
        offset += beat
    c.stroke(line_points, p.figure, 12)
