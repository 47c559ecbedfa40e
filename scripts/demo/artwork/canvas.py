"""Supersampled drawing surface: gradients, glows, shaded shapes and soft shadows."""

import math
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from itertools import pairwise
from random import Random
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from .palette import Color, mix

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]

JPEG_QUALITY = 82


@cache
def _radial() -> Image.Image:
    """Mask that is opaque in the middle and fades to nothing at the inscribed circle."""
    fade = [max(0, 255 - round(value * 1.42)) for value in range(256)]
    smooth = [round(255 * (v / 255) ** 2 * (3 - 2 * v / 255)) for v in fade]
    return Image.radial_gradient("L").point(smooth)


@cache
def _vignette(size: tuple[int, int]) -> Image.Image:
    """Barely visible darkening of the corners, which holds a flat picture together."""
    curve = [255 - round(30 * (value / 255) ** 3) for value in range(256)]
    mask = Image.radial_gradient("L").point(curve).resize(size, Image.Resampling.BICUBIC)
    return Image.merge("RGB", (mask, mask, mask))


def _column(top: Color, bottom: Color, size: tuple[int, int]) -> Image.Image:
    """Vertical gradient; only one column is computed, the rest is stretched from it."""
    height = max(1, size[1])
    ramp = Image.linear_gradient("L").resize((1, height), Image.Resampling.BILINEAR)
    return ImageOps.colorize(ramp, top, bottom).resize(
        (max(1, size[0]), height), Image.Resampling.NEAREST
    )


class Canvas:
    """A picture drawn several times larger than delivered, so that edges come out smooth."""

    def __init__(self, width: int, height: int, background: Color) -> None:
        self.width = width
        self.height = height
        self.image = Image.new("RGB", (width, height), background)
        self.draw = ImageDraw.Draw(self.image)
        self.glaze = ImageDraw.Draw(self.image, "RGBA")

    def vertical(self, top: Color, bottom: Color, start: float = 0, end: float = 0) -> None:
        """Fill the band between two heights (the whole picture by default) with a gradient."""
        low, high = round(start), round(end) or self.height
        self.image.paste(_column(top, bottom, (self.width, high - low)), (0, low))

    def disc(self, x: float, y: float, radius: float, color: Color) -> None:
        """Flat circle."""
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)

    def ring(self, x: float, y: float, radius: float, color: Color, width: float) -> None:
        """Circle outline."""
        box = (x - radius, y - radius, x + radius, y + radius)
        self.draw.ellipse(box, outline=color, width=max(1, round(width)))

    def oval(self, box: Box, color: Color) -> None:
        """Flat ellipse."""
        self.draw.ellipse(box, fill=color)

    def poly(self, points: Sequence[Point], color: Color) -> None:
        """Flat polygon."""
        self.draw.polygon(points, fill=color)

    def veil(self, points: Sequence[Point], color: Color, alpha: float) -> None:
        """Translucent polygon."""
        self.glaze.polygon(points, fill=(*color, round(alpha * 255)))

    def veil_disc(self, x: float, y: float, radius: float, color: Color, alpha: float) -> None:
        """Translucent circle."""
        box = (x - radius, y - radius, x + radius, y + radius)
        self.glaze.ellipse(box, fill=(*color, round(alpha * 255)))

    def box(self, box: Box, color: Color, radius: float = 0) -> None:
        """Rectangle, with rounded corners if a radius is given."""
        if radius:
            self.draw.rounded_rectangle(box, radius, fill=color)
        else:
            self.draw.rectangle(box, fill=color)

    def stroke(self, points: Sequence[Point], color: Color, width: float) -> None:
        """Line with round joints and ends."""
        self.draw.line(points, fill=color, width=max(1, round(width)), joint="curve")
        if width > 4:
            # Pillow cuts line ends off square, a dot on each end rounds them.
            for x, y in (points[0], points[-1]):
                self.disc(x, y, width / 2 - 0.5, color)

    def shaded(self, points: Sequence[Point], top: Color, bottom: Color) -> None:
        """Polygon filled with a vertical gradient over its own height."""
        left = max(0, math.floor(min(x for x, _ in points)))
        upper = max(0, math.floor(min(y for _, y in points)))
        right = min(self.width, math.ceil(max(x for x, _ in points)) + 1)
        lower = min(self.height, math.ceil(max(y for _, y in points)) + 1)
        if right <= left or lower <= upper:
            return
        mask = Image.new("1", (right - left, lower - upper))
        ImageDraw.Draw(mask).polygon([(x - left, y - upper) for x, y in points], fill=1)
        self.image.paste(_column(top, bottom, mask.size), (left, upper), mask)

    def ball(self, x: float, y: float, radius: float, color: Color, depth: float = 0.5) -> None:
        """Sphere lit from the upper left."""
        size = max(2, round(radius * 2))
        light = mix(color, (255, 255, 255), 0.45 * depth)
        shade = mix(color, (16, 12, 40), 0.65 * depth)
        # The gradient is drawn larger and cut off centre, which moves the light to one side.
        spread = round(size * 1.75)
        ramp = Image.radial_gradient("L").resize((spread, spread), Image.Resampling.BILINEAR)
        left, upper = round(spread / 2 - size * 0.34), round(spread / 2 - size * 0.3)
        ramp = ramp.crop((left, upper, left + size, upper + size))
        mask = Image.new("1", (size, size))
        ImageDraw.Draw(mask).ellipse((0, 0, size - 1, size - 1), fill=1)
        tile = ImageOps.colorize(ramp, light, shade, mid=color, midpoint=110)
        self.image.paste(tile, (round(x - radius), round(y - radius)), mask)

    def glow(self, x: float, y: float, radius: float, color: Color, alpha: float) -> None:
        """Soft light around a point."""
        size = max(2, round(radius * 2))
        left, upper = round(x - radius), round(y - radius)
        # Only the visible part of a large glow is worth computing.
        crop = (
            max(0, -left),
            max(0, -upper),
            min(size, self.width - left),
            min(size, self.height - upper),
        )
        if crop[0] >= crop[2] or crop[1] >= crop[3]:
            return
        scale = 256 / size
        source = (crop[0] * scale, crop[1] * scale, crop[2] * scale, crop[3] * scale)
        mask = _radial().point([round(value * alpha) for value in range(256)])
        area = (crop[2] - crop[0], crop[3] - crop[1])
        mask = mask.resize(area, Image.Resampling.BILINEAR, box=source)
        self.image.paste(color, (left + crop[0], upper + crop[1]), mask)

    def shadow(self, box: Box, alpha: float = 0.35, spread: float = 28) -> None:
        """Soft shadow under a card, blurred at an eighth of the size for speed."""
        left, upper = round(box[0] - 2 * spread), round(box[1] - 2 * spread)
        width, height = round(box[2] - left + 2 * spread), round(box[3] - upper + 2 * spread)
        mask = Image.new("L", (max(1, width // 8), max(1, height // 8)))
        inset = spread / 4
        edges = (inset, inset, mask.width - inset, mask.height - inset)
        ImageDraw.Draw(mask).rounded_rectangle(edges, 3, fill=round(alpha * 255))
        mask = mask.filter(ImageFilter.GaussianBlur(spread / 10))
        mask = mask.resize((width, height), Image.Resampling.BILINEAR)
        self.image.paste((8, 8, 24), (left, upper + round(spread * 0.6)), mask)

    def flip(self) -> None:
        """Mirror the picture left to right."""
        self.image = self.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)

    def export(self, scale: int) -> bytes:
        """Reduce the picture, hold it together with a vignette and encode it."""
        small = self.image.reduce(scale)
        small = ImageChops.multiply(small, _vignette(small.size))
        buffer = BytesIO()
        small.save(buffer, "JPEG", quality=JPEG_QUALITY)
        return buffer.getvalue()


def wave(rng: Random, width: float, base: float, swing: float, turns: float) -> list[Point]:
    """A calm curve across the picture, made of three sines."""
    phases = [rng.uniform(0, math.tau) for _ in range(3)]
    points: list[Point] = []
    for step in range(int(width // 16) + 2):
        turn = step * 16 / width * math.tau * turns
        height = (
            math.sin(turn + phases[0])
            + 0.45 * math.sin(turn * 1.9 + phases[1])
            + 0.2 * math.sin(turn * 3.7 + phases[2])
        )
        points.append((step * 16, base - swing * height / 1.65))
    return points


def ridge(rng: Random, width: float, base: float, swing: float, rough: float) -> list[Point]:
    """A mountain ridge by midpoint displacement."""
    heights = [rng.uniform(-0.6, 0.6), rng.uniform(0.1, 1), rng.uniform(-0.6, 0.6)]
    heights += [rng.uniform(0.1, 1), rng.uniform(-0.6, 0.6)]
    jitter = 0.42
    while len(heights) < 129:
        wider: list[float] = []
        for left, right in pairwise(heights):
            wider += [left, (left + right) / 2 + rng.uniform(-jitter, jitter)]
        heights = [*wider, heights[-1]]
        jitter *= rough
    step = width / (len(heights) - 1)
    return [(index * step, base - swing * height) for index, height in enumerate(heights)]


def arc_points(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """Points of an elliptic arc, angles in degrees, clockwise from three o'clock."""
    steps = max(6, round(abs(end - start) / 6))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]
