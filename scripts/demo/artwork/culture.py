"""Book shelves, film reels and the cinema."""

import math
from random import Random

from .canvas import Canvas, wave
from .palette import Color, Palette, mix


def books(c: Canvas, rng: Random, p: Palette) -> None:
    """Book spines on shelves."""
    back = mix(p.ink, p.hue(0), 0.3) if p.dark else mix(p.paper, p.hue(0), 0.45)
    c.vertical(back, mix(back, p.ink, 0.3))
    shelves = rng.choice((2, 2, 3))
    gap, board = c.height / shelves, mix(p.hue(1), p.ink, 0.45)
    for shelf in range(shelves):
        foot, x = gap * (shelf + 1) - 26, rng.uniform(-30, 10)
        while x < c.width:
            width, height = rng.uniform(28, 84), gap * rng.uniform(0.52, 0.84)
            tone = mix(p.hue(rng.randrange(5)), rng.choice((p.ink, p.paper)), rng.choice((0, 0.3)))
            roll = rng.random()
            if roll < 0.05:
                x += rng.uniform(40, 120)
                continue
            if roll < 0.12 and x > 60:
                lean = height * 0.22
                c.poly(
                    [
                        (x, foot - height),
                        (x + width, foot - height - 8),
                        (x + width + lean, foot),
                        (x + lean, foot),
                    ],
                    tone,
                )
                x += width + lean + 6
                continue
            _spine(c, rng, p, (x, foot - height, x + width, foot), tone)
            x += width + 3
        c.veil(
            [
                (0, foot - gap + 26),
                (c.width, foot - gap + 26),
                (c.width, foot - gap + 76),
                (0, foot - gap + 50),
            ],
            p.ink,
            0.25,
        )
        c.vertical(mix(board, p.paper, 0.15), mix(board, p.ink, 0.4), foot, foot + 26)


def _spine(
    c: Canvas, rng: Random, p: Palette, box: tuple[float, float, float, float], tone: Color
) -> None:
    left, top, right, foot = box
    width, height = right - left, foot - top
    c.box(box, tone, 5)
    c.box((right - width * 0.2, top + 4, right, foot), mix(tone, p.ink, 0.22))
    mark, kind = mix(tone, p.paper if rng.random() < 0.7 else p.ink, 0.65), rng.randrange(4)
    if kind == 0:
        for share in (0.1, 0.15, 0.84):
            c.box((left, top + height * share, right, top + height * share + 7), mark)
    elif kind == 1:
        c.box(
            (left + width * 0.3, top + height * 0.2, left + width * 0.6, top + height * 0.7),
            mark,
            5,
        )
    elif kind == 2:
        c.disc(left + width * 0.44, top + height * 0.2, width * 0.22, mark)
        c.box((left, foot - height * 0.14, right, foot - height * 0.08), mark)
    else:
        c.box((left, top + height * 0.3, right, top + height * 0.56), mark)


def film(c: Canvas, rng: Random, p: Palette) -> None:
    """Film reels in the beam of a projector."""
    deep = mix(p.ink, (6, 6, 16), 0.3)
    c.vertical(deep, mix(deep, p.hue(0), 0.55))
    x, y = c.width * rng.uniform(0.16, 0.3), c.height * rng.uniform(0.4, 0.56)
    for spread, alpha in ((330, 0.16), (240, 0.2), (140, 0.24)):
        c.veil(
            [(x, y), (c.width, y - spread), (c.width, y + spread)],
            mix(p.hue(1), p.paper, 0.5),
            alpha,
        )
    strip = wave(rng, c.width, c.height * 0.84, 40, 0.9)
    c.stroke(strip, mix(p.ink, (0, 0, 0), 0.5), 140)
    for index, (px, py) in enumerate(strip):
        for side in (-54, 54):
            if index % 2:
                c.box((px - 8, py + side - 8, px + 8, py + side + 8), p.paper, 4)
        if index % 8 == 4:
            c.box((px - 50, py - 36, px + 50, py + 36), p.hue(index // 8), 10)
    for rx, ry, radius in ((x, y, rng.uniform(190, 230)), (x + 330, y - 90, rng.uniform(110, 150))):
        turn = rng.uniform(0, 2)
        c.veil_disc(rx + 14, ry + 22, radius, p.ink, 0.35)
        c.ball(rx, ry, radius, mix(p.hue(2), p.paper, 0.25), 0.35)
        c.ring(rx, ry, radius, mix(p.hue(2), p.ink, 0.3), 14)
        for hole in range(5):
            angle = turn + hole * math.tau / 5
            c.disc(
                rx + radius * 0.55 * math.cos(angle),
                ry + radius * 0.55 * math.sin(angle),
                radius * 0.24,
                deep,
            )
        c.disc(rx, ry, radius * 0.13, p.hue(3))


def cinema(c: Canvas, rng: Random, p: Palette) -> None:
    """The lit screen of a cinema above rows of seats."""
    dark = mix(p.ink, (6, 6, 16), 0.35)
    c.vertical(dark, mix(dark, p.hue(0), 0.35))
    left, top, right, foot = 250.0, 90.0, c.width - 250.0, 500.0
    c.glow(c.width / 2, 300, 760, mix(p.hue(1), p.paper, 0.4), 0.5)
    c.vertical(dark, mix(dark, p.hue(0), 0.5), foot + 60, c.height)
    c.box((left, top, right, foot), mix(p.paper, p.hue(1), 0.15), 8)
    c.shaded(
        [
            (left + 14, top + 14),
            (right - 14, top + 14),
            (right - 14, foot - 14),
            (left + 14, foot - 14),
        ],
        mix(p.hue(1), p.paper, 0.5),
        mix(p.hue(2), p.paper, 0.3),
    )
    sun = left + (right - left) * rng.uniform(0.25, 0.75)
    c.disc(sun, rng.uniform(200, 300), rng.uniform(46, 80), mix(p.hue(3), p.paper, 0.3))
    for index in range(3):
        hills = wave(rng, right - left - 28, 390 + 34 * index, 44, rng.uniform(0.7, 1.5))
        line = [(min(left + 14 + x, right - 14), y) for x, y in hills]
        tone = mix(p.hue(2), p.ink, 0.2 + 0.25 * index)
        c.poly([*line, (right - 14, foot - 14), (left + 14, foot - 14)], tone)
    for side in (0, 1):
        for fold in range(6):
            x = fold * 38.0 if side == 0 else c.width - 38.0 - fold * 38
            tone = mix(p.hue(4), p.ink, 0.55 if fold % 2 else 0.3)
            c.shaded([(x, 0), (x + 40, 0), (x + 40, 590), (x, 590)], tone, mix(tone, p.ink, 0.4))
    for row in range(3):
        size, y = 66 + 14 * row, 580 + 84 * row
        tone = mix(mix(p.hue(4), p.ink, 0.35), dark, 0.5 - 0.2 * row)
        for seat in range(-1, round(c.width / size / 2) + 2):
            x = seat * size * 2.15 + (row % 2) * size
            if rng.random() < 0.35:
                c.disc(x, y - 8, size * 0.46, mix(dark, p.ink, 0.5))
            c.box((x - size, y, x + size, y + 300), tone, 30)
            c.box((x - size + 8, y + 8, x + size - 8, y + 22), mix(tone, p.paper, 0.12), 7)
