"""Sports grounds from above, with the balls of several games."""

import math
from random import Random

from .canvas import Canvas, arc_points
from .palette import Palette, mix


def court(c: Canvas, rng: Random, p: Palette) -> None:
    """A sports ground from above with its lines and a ball."""
    field = mix(p.hue(0), p.ink, rng.uniform(0.1, 0.4))
    stripes = rng.choice((6, 8, 10))
    for index in range(stripes):
        x = c.width * index / stripes
        c.box((x, 0, x + c.width / stripes, c.height), mix(field, p.paper, 0.07 * (index % 2)))
    chalk, width = mix(p.paper, field, 0.08), 10
    mx, my = c.width * rng.choice((0.2, 0.5, 0.8)), c.height / 2
    c.draw.rectangle((60, 60, c.width - 60, c.height - 60), outline=chalk, width=width)
    c.draw.line([(mx, 60), (mx, c.height - 60)], fill=chalk, width=width)
    c.disc(mx, my, 176, mix(field, p.hue(1), 0.55))
    c.ring(mx, my, 176, chalk, width)
    for left in (60, c.width - 60 - 210):
        c.draw.rectangle(
            (left, my - 190, left + 210, my + 190),
            outline=chalk,
            width=width,
            fill=mix(field, p.hue(2), 0.35),
        )
        c.draw.arc(
            (left - 20, my - 120, left + 230, my + 120),
            270 if left == 60 else 90,
            90 if left == 60 else 270,
            fill=chalk,
            width=width,
        )
    balls(c, rng, p, rng.randint(1, 2))


def balls(c: Canvas, rng: Random, p: Palette, count: int) -> None:
    """Put balls of different sports on the picture."""
    for index in range(count):
        x = c.width * (rng.uniform(0.15, 0.85) if count == 1 else (index + 0.5) / count)
        radius = rng.uniform(100, 190)
        y = c.height * rng.uniform(0.35, 0.65)
        c.veil_disc(x + radius * 0.25, y + radius * 0.35, radius, p.ink, 0.3)
        _ball(c, p, x, y, radius, rng.randrange(4))


def _ball(c: Canvas, p: Palette, x: float, y: float, r: float, kind: int) -> None:
    seam = mix(p.ink, (0, 0, 0), 0.2)
    skins = (p.paper, (230, 126, 52), (206, 222, 74), mix(p.paper, p.hue(2), 0.5))
    c.ball(x, y, r, skins[kind], 0.5)
    if kind == 0:
        for spot in range(6):
            angle = spot * math.tau / 5 - 0.3
            reach = 0 if spot == 5 else r * 0.72
            cx, cy = x + reach * math.cos(angle), y + reach * math.sin(angle)
            size = r * (0.3 if spot == 5 else 0.2)
            corners = [
                (
                    cx + size * math.cos(angle + k * math.tau / 5),
                    cy + size * math.sin(angle + k * math.tau / 5),
                )
                for k in range(5)
            ]
            c.draw.line([(x, y), (cx, cy)], fill=seam, width=7)
            c.poly(corners, seam)
    elif kind == 1:
        c.draw.line([(x - r, y), (x + r, y)], fill=seam, width=8)
        c.draw.line([(x, y - r), (x, y + r)], fill=seam, width=8)
        c.stroke(arc_points(x - r * 1.15, y, r * 0.72, r, -52, 52), seam, 8)
        c.stroke(arc_points(x + r * 1.15, y, r * 0.72, r, 128, 232), seam, 8)
    elif kind == 2:
        c.stroke(arc_points(x - r * 1.2, y, r * 0.8, r, -48, 48), p.paper, 13)
        c.stroke(arc_points(x + r * 1.2, y, r * 0.8, r, 132, 228), p.paper, 13)
    else:
        for turn in (0, 120, 240):
            for bow in (0.3, 0.62):
                arc = arc_points(0, 0, r, r * bow, 180, 360)
                cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
                half = arc[: len(arc) // 2 + 1]
                c.stroke([(x + u * cos - v * sin, y + u * sin + v * cos) for u, v in half], seam, 6)


def track(c: Canvas, rng: Random, p: Palette) -> None:
    """The bend of a running track with its lanes."""
    c.vertical(mix(p.hue(0), p.ink, 0.15), mix(p.hue(0), p.ink, 0.45))
    x, y = c.width * rng.uniform(-0.05, 0.3), c.height * rng.uniform(0.9, 1.25)
    lanes, inner, gap = rng.randint(5, 8), rng.uniform(220, 330), rng.uniform(72, 96)
    tone = p.hue(1)
    for lane in range(lanes, -1, -1):
        radius = inner + lane * gap
        fill = mix(tone, p.hue(2), lane / lanes * 0.6)
        c.oval(
            (x - radius * 1.35, y - radius, x + radius * 1.35, y + radius), mix(p.paper, fill, 0.1)
        )
        radius -= 7
        fill = fill if lane else mix(p.hue(3), p.ink, 0.2)
        c.oval((x - radius * 1.35, y - radius, x + radius * 1.35, y + radius), fill)
    _ball(
        c,
        p,
        c.width * rng.uniform(0.72, 0.86),
        c.height * rng.uniform(0.22, 0.4),
        rng.uniform(80, 130),
        rng.randrange(4),
    )
