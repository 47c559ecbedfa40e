"""Abstract compositions: flow fields, tiles, isometric blocks, ripples and paper waves."""

import math
from random import Random

from .canvas import Canvas, Point, arc_points, wave
from .palette import Palette, luminance, mix


def flow_field(c: Canvas, rng: Random, p: Palette) -> None:
    """Ribbons that follow a smooth field of directions."""
    c.vertical(p.ground, mix(p.ground, p.hue(0), 0.28))
    a, b = rng.uniform(0.0012, 0.0035), rng.uniform(0.0012, 0.0035)
    phase, turn, main = rng.uniform(0, 6), rng.uniform(0.8, 1.9), rng.uniform(-0.7, 0.7)
    sin, cos = math.sin, math.cos
    seeds = [(rng.uniform(-150, c.width), rng.uniform(0, c.height)) for _ in range(210)]
    for index, (x, y) in enumerate(seeds):
        line: list[Point] = []
        share = y / c.height
        for _ in range(rng.randint(9, 24)):
            line.append((x, y))
            angle = main + turn * sin(x * a + phase) * cos(y * b + phase / 2)
            x, y = x + 24 * cos(angle), y + 24 * sin(angle)
        tint = p.hue(int(share * 3 + rng.random() * 1.4))
        color = mix(p.ground, tint, 0.35 + 0.65 * index / len(seeds))
        c.stroke(line, color, rng.choice((3, 5, 7, 10, 16)))


def truchet(c: Canvas, rng: Random, p: Palette) -> None:
    """Tiles of quarter rings that join into loops."""
    c.vertical(mix(p.ground, p.hue(0), 0.1), mix(p.ground, p.hue(0), 0.35))
    tile = rng.choice((90, 115, 135, 162))
    bands = rng.choice((1, 2, 3))
    widths = {1: (0.34,), 2: (0.5, 0.2), 3: (0.62, 0.4, 0.16)}[bands]
    # The hue farthest from the ground carries the lines, or they would hardly show.
    base = luminance(mix(p.ground, p.hue(0), 0.25))
    ranked = sorted(p.hues[1:], key=lambda hue: -abs(luminance(hue) - base))
    tones = [ranked[0], mix(p.ground, p.hue(0), 0.2), ranked[1]]
    dots = rng.random() < 0.4
    for row in range(c.height // tile + 1):
        for column in range(c.width // tile + 1):
            x, y = column * tile, row * tile
            turned = rng.random() < 0.5
            ends = ((0, 0, 0), (1, 1, 180)) if turned else ((1, 0, 90), (0, 1, 270))
            for width, tone in zip(widths, tones, strict=False):
                reach = tile * (0.5 + width / 2)
                for dx, dy, start in ends:
                    cx, cy = x + dx * tile, y + dy * tile
                    box = (cx - reach, cy - reach, cx + reach, cy + reach)
                    c.draw.arc(box, start, start + 90, fill=tone, width=round(tile * width))
            if dots and rng.random() < 0.25:
                c.disc(x + tile / 2, y + tile / 2, tile * 0.1, p.hue(3))


def isometric(c: Canvas, rng: Random, p: Palette) -> None:
    """A landscape of stacked isometric blocks."""
    c.vertical(mix(p.ground, p.hue(0), 0.15), mix(p.ground, p.hue(0), 0.5))
    half = rng.choice((52, 64, 80))
    peaks = [(rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(2, 6)) for _ in range(3)]
    columns, rows = round(c.width / half / 2) + 2, round(c.height / half * 2) + 6
    for row in range(-4, rows):
        for column in range(columns):
            x = column * half * 2 + (row % 2) * half - half / 2
            y = row * half * 0.5
            level = sum(
                height * math.exp(-((x / c.width - px) ** 2 + (y / c.height - py) ** 2) * 14)
                for px, py, height in peaks
            )
            steps = round(level + (rng.uniform(0, 2.4) if rng.random() < 0.16 else 0))
            lift, tone = steps * half * 0.62, p.hue(steps)
            _block(c, p, (x, y - lift + half), half, lift + half * 0.9, tone)


def _block(
    c: Canvas, p: Palette, top: Point, half: float, height: float, tone: tuple[int, int, int]
) -> None:
    x, y = top
    rise = half / 2
    left = [(x - half, y), (x, y + rise), (x, y + rise + height), (x - half, y + height)]
    right = [(x + half, y), (x, y + rise), (x, y + rise + height), (x + half, y + height)]
    c.poly(left, mix(tone, p.ink, 0.28))
    c.poly(right, mix(tone, p.ink, 0.55))
    c.poly([(x, y - rise), (x + half, y), (x, y + rise), (x - half, y)], mix(tone, p.paper, 0.22))


def ripples(c: Canvas, rng: Random, p: Palette) -> None:
    """Concentric rings spreading from a few points."""
    c.vertical(mix(p.ground, p.hue(0), 0.2), mix(p.ground, p.hue(0), 0.45))
    count = rng.randint(3, 6)
    slots = rng.sample(range(count), count)
    for index, slot in enumerate(slots):
        x = c.width * (slot + rng.uniform(0.2, 0.8)) / count
        y = c.height * rng.uniform(0.05, 0.95)
        reach, rings = rng.uniform(170, 440), rng.randint(4, 10)
        first, second = p.hue(index), p.hue(index + rng.randint(1, 3))
        for ring in range(rings):
            share = ring / rings
            tone = mix(mix(first, second, share), p.ground, 0.0 if ring % 2 else 0.55)
            c.disc(x, y, reach * (1 - share), tone)
        c.disc(x, y, reach / rings * 0.5, p.figure)


def scales(c: Canvas, rng: Random, p: Palette) -> None:
    """Overlapping fans of rings, as in Japanese wave patterns."""
    radius = rng.choice((90, 120, 150))
    tones = sorted((p.hue(i) for i in range(3)), key=luminance)
    accent = p.hue(3)
    for row in range(-1, round(c.height / radius * 2) + 3):
        y = row * radius / 2
        share = min(1.0, max(0.0, y / c.height))
        base = mix(tones[2], tones[0], share)
        for column in range(-1, c.width // radius // 2 + 2):
            x = column * radius * 2 + (row % 2) * radius
            fill = accent if rng.random() < 0.08 else base
            for ring, size in enumerate((1, 0.8, 0.6, 0.4, 0.2)):
                c.disc(x, y + radius / 2, radius * size, fill if ring % 2 else p.ground)
                c.disc(x, y + radius / 2, radius * size - 7, mix(fill, p.ground, ring * 0.12))


def paper_waves(c: Canvas, rng: Random, p: Palette) -> None:
    """Sheets of cut paper, each casting a shadow on the one below."""
    c.vertical(mix(p.hue(0), p.paper, 0.6), mix(p.hue(0), p.paper, 0.2))
    paint = sorted(p.hues, key=luminance, reverse=rng.random() < 0.7)
    if rng.random() < 0.6:
        x, y, r = rng.uniform(0.2, 0.8) * c.width, rng.uniform(140, 280), rng.uniform(70, 130)
        c.disc(x + 4, y + 10, r + 3, mix(p.hue(0), p.ink, 0.35))
        c.disc(x, y, r, mix(p.paper, p.hue(1), 0.4))
    layers, turns = rng.randint(5, 8), rng.uniform(0.8, 1.7)
    for layer in range(layers):
        share = layer / (layers - 1)
        spot = share * (len(paint) - 1)
        color = mix(paint[int(spot)], paint[min(len(paint) - 1, int(spot) + 1)], spot % 1)
        base = c.height * (0.28 + 0.66 * share)
        line = wave(rng, c.width, base, rng.uniform(40, 95), turns)
        end = [(c.width, c.height), (0, c.height)]
        for lift, alpha in ((18, 0.07), (10, 0.1), (5, 0.12)):
            # Only a strip is darkened: the sheet itself hides everything below its edge.
            strip = [(x, y - lift) for x, y in line] + [(x, y + 8) for x, y in line[::-1]]
            c.veil(strip, p.ink, alpha)
        c.shaded([*line, *end], mix(color, p.paper, 0.12), mix(color, p.ink, 0.12))


def bauhaus(c: Canvas, rng: Random, p: Palette) -> None:
    """A grid of quarter circles, discs, triangles and stripes."""
    tile = rng.choice((162, 203, 270))
    tones = [*p.hues, p.ink, p.paper]
    for row in range(c.height // tile + 1):
        for column in range(c.width // tile + 1):
            back, front, extra = rng.sample(tones, 3)
            x, y = column * tile, row * tile
            c.box((x, y, x + tile, y + tile), back)
            _motif(c, rng, (x, y), tile, (front, extra, back))


def _motif(
    c: Canvas,
    rng: Random,
    corner: tuple[int, int],
    tile: int,
    tones: tuple[tuple[int, int, int], ...],
) -> None:
    (x, y), kind = corner, rng.randrange(7)
    quarter, front = rng.randrange(4), tones[0]
    px, py = x + tile * (quarter in (1, 2)), y + tile * (quarter in (2, 3))
    if kind < 2:
        for share, tone in ((1, front), (0.62, tones[1]), (0.3, tones[2]))[: 1 + kind * 2]:
            box = (px - tile * share, py - tile * share, px + tile * share, py + tile * share)
            c.draw.pieslice(box, quarter * 90, quarter * 90 + 90, fill=tone)
    elif kind == 2:
        c.disc(x + tile / 2, y + tile / 2, tile * 0.38, front)
        c.disc(x + tile / 2, y + tile / 2, tile * 0.16, tones[1])
    elif kind == 3:
        c.poly([(px, py), (x + tile - (px - x), py), (px, y + tile - (py - y))], front)
    elif kind == 4:
        for step in range(0, 6, 2):
            c.box((x, y + tile * step / 6, x + tile, y + tile * (step + 1) / 6 - 1), front)
    elif kind == 5:
        c.draw.pieslice((x, y - tile / 2, x + tile, y + tile / 2), 0, 180, fill=front)
        c.draw.pieslice((x, y, x + tile, y + tile), 0, 180, fill=tones[1])
    else:
        c.poly(
            arc_points(x, y, tile, tile, 0, 90)
            + arc_points(x + tile, y + tile, tile, tile, 180, 270),
            front,
        )


def orbs(c: Canvas, rng: Random, p: Palette) -> None:
    """Large soft spheres floating before a wash of colour."""
    c.vertical(mix(p.ground, p.hue(0), 0.25), mix(p.ground, p.hue(1), 0.6))
    for index in range(3):
        x, y = rng.uniform(0, c.width), rng.uniform(0, c.height)
        c.glow(x, y, rng.uniform(260, 430), p.hue(index), 0.5)
    spots: list[tuple[float, float, float]] = []
    for _ in range(60):
        r = rng.uniform(40, 190) if len(spots) < 5 else rng.uniform(18, 80)
        x, y = rng.uniform(60, c.width - 60), rng.uniform(60, c.height - 60)
        if all(math.hypot(x - ox, y - oy) > r + other + 14 for ox, oy, other in spots):
            spots.append((x, y, r))
    for index, (x, y, r) in enumerate(spots):
        c.veil_disc(x + r * 0.1, y + r * 0.2, r, p.ink, 0.18)
        c.ball(x, y, r, p.hue(index), 0.7)
