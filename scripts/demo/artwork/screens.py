"""Screens and diagrams: editor windows, phones, boards, charts, sorted bars and check tiles."""

from random import Random

from .canvas import Box, Canvas
from .palette import Color, Palette, mix
from .technical import paint_backdrop as backdrop


def _card(c: Canvas, box: Box, color: Color, radius: float = 22) -> None:
    c.shadow(box)
    c.box(box, color, radius)


def _code(c: Canvas, rng: Random, p: Palette, box: Box, dim: Color) -> None:
    left, y, right, foot = box
    indent = 0
    while y < foot - 20:
        x = left + indent * 44
        for _ in range(rng.randint(1, 4)):
            width = rng.uniform(36, 170)
            if x + width > right:
                break
            tone = dim if rng.random() < 0.45 else p.hue(rng.randrange(5))
            c.box((x, y, x + width, y + 16), tone, 8)
            x += width + 16
        indent = max(0, min(3, indent + rng.choice((-1, 0, 0, 1, 1))))
        y += 38


def _window(c: Canvas, rng: Random, p: Palette, box: Box, dark: bool) -> None:
    left, top, right, foot = box
    face = mix(p.ink, (0, 0, 0), 0.15) if dark else p.paper
    _card(c, box, face)
    c.box((left, top, right, top + 54), mix(face, p.hue(0), 0.3), 22)
    c.box((left, top + 34, right, top + 54), mix(face, p.hue(0), 0.3))
    for index in range(3):
        c.disc(left + 34 + index * 34, top + 27, 10, p.hue(index + 1))
    dim = mix(face, p.paper if dark else p.ink, 0.28)
    kind = rng.randrange(3)
    if kind == 2 and right - left > 420:
        split = left + (right - left) * 0.3
        c.box((left, top + 54, split, foot), mix(face, p.hue(0), 0.12), 0)
        for row in range(int((foot - top - 90) // 46)):
            c.box(
                (
                    left + 30,
                    top + 84 + row * 46,
                    left + 30 + rng.uniform(50, 110),
                    top + 98 + row * 46,
                ),
                dim,
                7,
            )
        left = split
    _code(c, rng, p, (left + 40, top + 86, right - 36, foot), dim)


def windows(c: Canvas, rng: Random, p: Palette) -> None:
    """Overlapping editor windows with coloured lines of code."""
    backdrop(c, rng, p)
    for index in range(3):
        c.veil_disc(
            rng.uniform(0, c.width),
            rng.uniform(0, c.height),
            rng.uniform(120, 340),
            p.hue(index + 2),
            0.35,
        )
    layout = rng.choice(
        (
            ((120, 90, 860, 640), (620, 250, 1320, 730)),
            ((250, 90, 1190, 720),),
            ((80, 190, 640, 700), (480, 90, 1060, 560), (840, 270, 1370, 720)),
            ((90, 110, 700, 700), (760, 110, 1350, 420), (760, 470, 1350, 700)),
        )
    )
    first_dark = rng.random() < 0.5
    for index, box in enumerate(layout):
        _window(c, rng, p, box, first_dark == (index % 2 == 0))


def _phone(c: Canvas, rng: Random, p: Palette, x: float, y: float, height: float) -> None:
    width = height * 0.5
    left, top = x - width / 2, y - height / 2
    _card(c, (left, top, left + width, top + height), mix(p.ink, (0, 0, 0), 0.3), width * 0.13)
    edge = width * 0.045
    sx, sy, right, foot = left + edge, top + edge, left + width - edge, top + height - edge
    face = mix(p.paper, p.hue(1), rng.uniform(0, 0.15))
    c.box((sx, sy, right, foot), face, width * 0.1)
    pad, tint = width * 0.08, rng.randrange(5)
    hero = sy + height * rng.uniform(0.24, 0.4)
    c.box((sx + pad, sy + pad * 1.6, right - pad, hero), p.hue(tint), width * 0.05)
    radius = (hero - sy) * 0.24
    c.disc((sx + right) / 2, (sy + hero) / 2 + pad * 0.6, radius, mix(p.hue(tint), p.paper, 0.6))
    row = hero + pad
    while row < foot - height * 0.2:
        size = height * 0.085
        if rng.random() < 0.65:
            c.box((sx + pad, row, sx + pad + size, row + size), p.hue(tint + 1), width * 0.04)
            for line, reach in ((0.22, 0.92), (0.6, rng.uniform(0.5, 0.8))):
                start = sx + pad * 2 + size
                c.box(
                    (
                        start,
                        row + size * line,
                        start + (right - pad - start) * reach,
                        row + size * (line + 0.2),
                    ),
                    mix(face, p.ink, 0.35 - line * 0.2),
                    5,
                )
        else:
            half = (right - sx - 3 * pad) / 2
            for side in range(2):
                start = sx + pad + side * (half + pad)
                c.box((start, row, start + half, row + size), p.hue(tint + 2 + side), width * 0.04)
        row += size + pad
    c.box(
        (sx + pad, foot - height * 0.115, right - pad, foot - height * 0.045),
        p.hue(tint + 3),
        width * 0.07,
    )


def phones(c: Canvas, rng: Random, p: Palette) -> None:
    """Phones with a simple interface."""
    backdrop(c, rng, p)
    for index in range(3):
        x, y = c.width * rng.uniform(0.1, 0.9), c.height * rng.uniform(0.1, 0.9)
        c.veil_disc(x, y, rng.uniform(150, 330), p.hue(index), 0.4)
    count = rng.randint(1, 4)
    for index in range(count):
        x = c.width * (index + 0.5 + 0.25 * (count == 1) * rng.uniform(-1, 1)) / count
        height = rng.uniform(560, 680) if count < 4 else rng.uniform(480, 580)
        _phone(c, rng, p, x, c.height / 2 + rng.uniform(-50, 60), height)


def boards(c: Canvas, rng: Random, p: Palette) -> None:
    """A planning board with columns of cards."""
    backdrop(c, rng, p)
    columns = rng.randint(3, 5)
    gap = 34
    width = (c.width - 160 - gap * (columns - 1)) / columns
    lane = mix(p.ground, p.figure, 0.12)
    for column in range(columns):
        x, y = 80 + column * (width + gap), 80.0
        foot = c.height - rng.uniform(20, 180)
        c.box((x, y, x + width, foot), lane, 20)
        c.box((x + 24, y + 22, x + width * rng.uniform(0.4, 0.7), y + 42), p.hue(column), 10)
        y += 66
        while True:
            height = rng.uniform(90, 190)
            if y + height > foot - 16:
                break
            face = p.hue(column) if rng.random() < 0.25 else p.paper
            c.veil(
                [
                    (x + 20, y + 10),
                    (x + width - 12, y + 10),
                    (x + width - 12, y + height + 8),
                    (x + 20, y + height + 8),
                ],
                p.ink,
                0.16,
            )
            c.box((x + 16, y, x + width - 16, y + height), face, 14)
            for line in range(int((height - 60) // 28) + 1):
                c.box(
                    (
                        x + 36,
                        y + 22 + line * 28,
                        x + 36 + (width - 80) * rng.uniform(0.4, 1),
                        y + 34 + line * 28,
                    ),
                    mix(face, p.ink, 0.3),
                    6,
                )
            c.disc(x + width - 44, y + height - 28, 14, p.hue(rng.randrange(5)))
            y += height + 18


def checks(c: Canvas, rng: Random, p: Palette) -> None:
    """Tiles of a test run: many ticks, a few crosses."""
    backdrop(c, rng, p)
    size = rng.choice((130, 165, 210))
    columns, rows = c.width // size, c.height // size
    ox, oy = (c.width - columns * size) / 2, (c.height - rows * size) / 2
    bad = rng.randrange(5)
    for row in range(rows):
        for column in range(columns):
            x, y = ox + (column + 0.5) * size, oy + (row + 0.5) * size
            half, roll = size * 0.42, rng.random()
            tone = p.hue(bad) if roll < 0.12 else p.hue(bad + 1 + (row + column) % 2)
            if roll > 0.86:
                c.box(
                    (x - half, y - half, x + half, y + half),
                    mix(p.ground, p.figure, 0.14),
                    size * 0.14,
                )
                continue
            c.box(
                (x - half, y - half + 8, x + half, y + half + 8), mix(tone, p.ink, 0.5), size * 0.14
            )
            c.box((x - half, y - half, x + half, y + half), tone, size * 0.14)
            r = size * 0.17
            if roll < 0.12:
                c.stroke([(x - r, y - r), (x + r, y + r)], p.paper, size * 0.08)
                c.stroke([(x + r, y - r), (x - r, y + r)], p.paper, size * 0.08)
            else:
                c.stroke(
                    [(x - r * 1.2, y), (x - r * 0.3, y + r), (x + r * 1.3, y - r)],
                    p.paper,
                    size * 0.08,
                )
