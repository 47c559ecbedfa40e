"""Still lifes: leaves, fruit, cups, books, film, columns and the sports ground."""

import math
from random import Random

from .canvas import Canvas, Point, arc_points
from .palette import Color, Palette, mix


def _wall(c: Canvas, rng: Random, p: Palette, floor: float) -> Color:
    """Wall and table top; returns the colour of the table."""
    wall = mix(p.ground, p.hue(0), rng.uniform(0.2, 0.5))
    table = mix(mix(p.hue(1), p.ink, 0.5 if p.dark else 0.1), p.ground, 0.25)
    c.vertical(wall, mix(wall, p.paper, 0.2))
    c.glow(c.width * rng.uniform(0.2, 0.8), floor * 0.6, 560, mix(p.hue(2), p.paper, 0.5), 0.45)
    c.vertical(table, mix(table, p.ink, 0.25), floor, c.height)
    return table


def _leaf(c: Canvas, base: Point, angle: float, size: float, width: float, tone: Color) -> None:
    x, y = base
    cos, sin = math.cos(angle), math.sin(angle)

    def place(along: float, across: float) -> Point:
        return x + size * (along * cos - across * sin), y + size * (along * sin + across * cos)

    steps = [step / 14 for step in range(15)]
    bulge = [width * math.sin(math.pi * t**0.8) for t in steps]
    upper = [place(t, -b) for t, b in zip(steps, bulge, strict=True)]
    lower = [place(t, b) for t, b in zip(steps, bulge, strict=True)]
    c.poly(upper + lower[::-1], tone)
    c.poly([*lower, place(0.5, 0)], mix(tone, (10, 20, 30), 0.18))
    c.draw.line([place(0, 0), place(0.94, 0)], fill=mix(tone, (255, 255, 255), 0.35), width=3)


def leaves(c: Canvas, rng: Random, p: Palette) -> None:
    """Branches of leaves growing in from the edges."""
    c.vertical(mix(p.ground, p.hue(0), 0.12), mix(p.ground, p.hue(0), 0.4))
    c.disc(
        c.width * rng.uniform(0.3, 0.7),
        c.height * rng.uniform(0.35, 0.6),
        rng.uniform(160, 270),
        mix(p.ground, p.hue(1), 0.5),
    )
    width = rng.choice((0.14, 0.2, 0.28))
    for branch in range(rng.randint(6, 10)):
        x = c.width * (rng.random() if branch % 2 else rng.choice((0.04, 0.14, 0.86, 0.96)))
        y, angle = c.height + 20.0, -math.pi / 2 + rng.uniform(-0.5, 0.5)
        size, tone = rng.uniform(90, 190), p.hue(1 + branch)
        tone = mix(tone, p.ground, rng.choice((0, 0, 0.35)))
        stem: list[Point] = []
        for _ in range(rng.randint(6, 10)):
            stem.append((x, y))
            angle += rng.uniform(-0.12, 0.12)
            x, y = x + size * 0.5 * math.cos(angle), y + size * 0.5 * math.sin(angle)
        c.stroke(stem, mix(tone, p.ink, 0.4), 7)
        for index, point in enumerate(stem[1:]):
            reach = size * (1.1 - index / len(stem) * 0.6)
            for side in (-1, 1):
                _leaf(c, point, angle + side * rng.uniform(0.6, 0.9), reach, width, tone)
        _leaf(c, stem[-1], angle, size * 0.6, width, tone)


def pots(c: Canvas, rng: Random, p: Palette) -> None:
    """House plants in pots on a sill."""
    floor = c.height * rng.uniform(0.8, 0.87)
    _wall(c, rng, p, floor)
    count = rng.randint(3, 5)
    for index in range(count):
        x = c.width * (index + 0.5) / count + rng.uniform(-30, 30)
        half, height = rng.uniform(62, 95), rng.uniform(110, 180)
        leaf = mix(p.hue(2 + index), (64, 128, 84), 0.45)
        kind, top = rng.randrange(3), floor - height + 20
        if kind == 0:
            for blade in range(9):
                angle = -math.pi / 2 + (blade - 4) * 0.24
                tone = mix(leaf, p.ink, blade % 3 / 8)
                _leaf(c, (x, top), angle, rng.uniform(200, 330), 0.08, tone)
        elif kind == 1:
            for blade in range(7):
                angle = -math.pi / 2 + (blade - 3) * 0.36
                tip = (x + 150 * math.cos(angle), top + 170 * math.sin(angle))
                c.stroke([(x, top), tip], mix(leaf, p.ink, 0.3), 6)
                _leaf(c, tip, angle, rng.uniform(100, 150), 0.3, leaf)
        else:
            c.oval((x - 70, top - 230, x + 70, top + 30), leaf)
            for arm in (-1, 1):
                c.stroke(
                    [
                        (x + arm * 40, top - 70),
                        (x + arm * 115, top - 80),
                        (x + arm * 118, top - 160),
                    ],
                    leaf,
                    50,
                )
            for spot in range(16):
                c.disc(x + math.sin(spot * 2.4) * 46, top - 205 + spot * 13, 4, p.paper)
        tone = p.hue(index)
        c.shaded(
            [
                (x - half, floor - height),
                (x + half, floor - height),
                (x + half * 0.72, floor + 12),
                (x - half * 0.72, floor + 12),
            ],
            tone,
            mix(tone, p.ink, 0.35),
        )
        c.box(
            (x - half * 1.1, floor - height - 8, x + half * 1.1, floor - height + 26),
            mix(tone, p.paper, 0.15),
            8,
        )


def bowls(c: Canvas, rng: Random, p: Palette) -> None:
    """A bowl heaped with fruit on a table."""
    floor = c.height * rng.uniform(0.68, 0.76)
    _wall(c, rng, p, floor)
    x, rim, half = c.width * rng.uniform(0.36, 0.64), floor - 110, rng.uniform(250, 330)
    c.glaze.ellipse((x - half, floor + 60, x + half * 1.2, floor + 130), fill=(*p.ink, 70))
    for row in range(3):
        for index in range(5 - row):
            size = rng.uniform(68, 92)
            fx = x + (index - (4 - row) / 2) * half * 0.36 + rng.uniform(-10, 10)
            fy = rim - 28 - row * 78 + rng.uniform(-8, 8)
            c.ball(fx, fy, size, p.hue(1 + rng.randrange(4)), 0.55)
            c.stroke([(fx, fy - size * 0.86), (fx + 12, fy - size * 1.15)], p.ink, 6)
            if rng.random() < 0.5:
                _leaf(c, (fx + 8, fy - size), -0.5, size * 0.7, 0.24, (92, 148, 84))
    tone = mix(p.paper, p.hue(0), rng.choice((0.15, 0.7)))
    c.shaded(arc_points(x, rim, half, 200, 0, 180), tone, mix(tone, p.ink, 0.4))
    c.box((x - half * 0.34, rim + 186, x + half * 0.34, rim + 214), mix(tone, p.ink, 0.4), 10)
    stripe = arc_points(x, rim + 24, half * 0.985, 110, 8, 172)
    c.stroke(stripe, p.hue(3), 12)
    for _ in range(rng.randint(1, 4)):
        fx = x + rng.choice((-1, 1)) * rng.uniform(half + 60, half + 330)
        size = rng.uniform(50, 84)
        c.glaze.ellipse((fx - size, floor + 70, fx + size * 1.3, floor + 112), fill=(*p.ink, 60))
        c.ball(fx, floor + 96 - size, size, p.hue(rng.randrange(5)), 0.55)


def cups(c: Canvas, rng: Random, p: Palette) -> None:
    """Steaming cups on saucers."""
    floor = c.height * rng.uniform(0.72, 0.8)
    _wall(c, rng, p, floor)
    count = rng.randint(1, 3)
    for index in range(count):
        x = c.width * (index + 0.5) / count + rng.uniform(-60, 60) - 20
        half = rng.uniform(125, 165) if count > 1 else rng.uniform(170, 220)
        height, tone = half * rng.uniform(1.2, 1.7), p.hue(2 + index)
        top = floor - height + 36
        for plume in (-0.4, 0, 0.4):
            steam = [
                (x + plume * half + 22 * math.sin(t * 0.5 + plume * 9), top - 40 - t * 15)
                for t in range(rng.randint(10, 17))
            ]
            c.stroke(steam, mix(p.ground, p.paper, 0.55) if p.dark else p.paper, 13)
        c.oval((x - half * 1.6, floor + 2, x + half * 1.6, floor + 78), mix(tone, p.ink, 0.5))
        c.oval((x - half * 1.6, floor - 10, x + half * 1.6, floor + 64), mix(p.paper, tone, 0.2))
        handle = mix(tone, p.ink, 0.2)
        c.ring(x + half * 1.06, top + height * 0.42, half * 0.42, handle, half * 0.16)
        taper = rng.uniform(0.6, 0.9)
        foot = arc_points(x, floor - 4, half * taper, 36, 0, 180)
        c.shaded([(x - half, top), (x + half, top), *foot], tone, mix(tone, p.ink, 0.35))
        c.veil(
            [
                (x - half * 0.8, top),
                (x - half * 0.5, top),
                (x - half * 0.42, floor),
                (x - half * 0.66, floor),
            ],
            p.paper,
            0.25,
        )
        c.oval((x - half, top - half * 0.2, x + half, top + half * 0.2), mix(tone, p.paper, 0.35))
        coffee = (82, 50, 38)
        c.oval((x - half * 0.88, top - half * 0.14, x + half * 0.88, top + half * 0.18), coffee)
        c.draw.arc(
            (x - half * 0.5, top - half * 0.06, x + half * 0.5, top + half * 0.12),
            20,
            320,
            fill=mix(coffee, p.paper, 0.55),
            width=7,
        )
