"""Animal heads of the avatars, drawn around the middle of a 720 × 720 surface."""

from collections.abc import Callable
from random import Random
from typing import TypeAlias

from .canvas import Canvas, arc_points
from .palette import Color, Palette, mix, parse

Animal: TypeAlias = Callable[[Canvas, Random, Palette], None]

_DARK = (40, 34, 40)
_WHITE = (255, 253, 248)
_ROSE = (238, 140, 140)


def _coat(rng: Random, *codes: str) -> Color:
    return parse(rng.choice(codes))


def _eyes(c: Canvas, rng: Random, y: float, gap: float, size: float) -> None:
    """Round eyes, now and then one of them winking."""
    wink = rng.random() < 0.15
    for side in (-1, 1):
        x = 360 + side * gap
        if wink and side == 1:
            c.stroke(arc_points(x, y + 8, size * 1.2, size, 200, 340), _DARK, 10)
            continue
        c.disc(x, y, size, _DARK)
        c.disc(x + size * 0.3, y - size * 0.35, size * 0.34, _WHITE)


def _extra(c: Canvas, rng: Random, p: Palette) -> None:
    """Round glasses, a bow tie, a scarf or nothing."""
    kind, tone = rng.randrange(6), p.hue(2)
    if kind == 0:
        for side in (-1, 1):
            c.ring(360 + side * 82, 378, 66, mix(_DARK, tone, 0.2), 11)
        c.draw.line([(344, 372), (376, 372)], fill=mix(_DARK, tone, 0.2), width=11)
    elif kind == 1:
        for side in (-1, 1):
            c.poly([(360, 640), (360 + side * 92, 596), (360 + side * 92, 684)], tone)
        c.disc(360, 640, 24, mix(tone, p.ink, 0.35))
    elif kind == 2:
        c.box((206, 584, 514, 644), tone, 30)
        c.box((420, 600, 486, 720), mix(tone, p.ink, 0.2), 20)


def _body(c: Canvas, coat: Color) -> None:
    c.shaded(
        [(140, 740), *arc_points(360, 720, 210, 180, 180, 360), (580, 740)],
        mix(coat, _DARK, 0.1),
        mix(coat, _DARK, 0.3),
    )


def _nose(c: Canvas, y: float, size: float, tone: Color) -> None:
    top = y - size * 0.5
    c.poly([(360 - size, top), (360 + size, top), (360, y + size * 0.7)], tone)
    for side in (-1, 1):
        arc = arc_points(360 + side * size * 1.1, y + size * 0.8, size * 1.1, size * 0.9, 0, 180)
        c.stroke(arc, _DARK, 9)


def cat(c: Canvas, rng: Random, p: Palette) -> None:
    """Cat with pointed ears, stripes and whiskers."""
    coat = _coat(rng, "f2a65a", "8d8d9b", "4a4550", "f0dcc0", "c98b52", "6f7f95")
    _body(c, coat)
    for side in (-1, 1):
        c.poly([(360 + side * 210, 130), (360 + side * 216, 380), (360 + side * 50, 250)], coat)
        c.poly(
            [(360 + side * 192, 180), (360 + side * 192, 320), (360 + side * 92, 250)],
            mix(coat, _ROSE, 0.6),
        )
    c.oval((134, 210, 586, 600), coat)
    if rng.random() < 0.7:
        for x in (310, 360, 410):
            c.box((x - 11, 212, x + 11, 290 - abs(x - 360) * 0.4), mix(coat, _DARK, 0.35), 11)
    c.oval((262, 436, 458, 580), mix(coat, _WHITE, 0.7))
    for side in (-1, 1):
        for lift in (-18, 14):
            c.draw.line(
                [(360 + side * 120, 480), (360 + side * 250, 476 + lift)],
                fill=mix(coat, _WHITE, 0.8),
                width=6,
            )
    _eyes(c, rng, 390, 92, 30)
    _nose(c, 474, 24, _ROSE)
    _extra(c, rng, p)


def fox(c: Canvas, rng: Random, p: Palette) -> None:
    """Fox with white cheeks."""
    coat = _coat(rng, "e8743b", "d9622b", "c8553d", "9aa5b1")
    _body(c, coat)
    for side in (-1, 1):
        c.poly([(360 + side * 220, 100), (360 + side * 220, 360), (360 + side * 40, 260)], coat)
        c.poly([(360 + side * 204, 148), (360 + side * 196, 300), (360 + side * 90, 246)], _DARK)
    c.poly(
        [
            (132, 350),
            (200, 260),
            (360, 220),
            (520, 260),
            (588, 350),
            (530, 470),
            (360, 610),
            (190, 470),
        ],
        coat,
    )
    for side in (-1, 1):
        c.poly(
            [
                (360 + side * 228, 350),
                (360 + side * 170, 470),
                (360, 610),
                (360 + side * 40, 470),
                (360 + side * 110, 430),
            ],
            _WHITE,
        )
    _eyes(c, rng, 386, 88, 25)
    c.disc(360, 590, 34, _DARK)
    c.disc(350, 580, 9, _WHITE)
    _extra(c, rng, p)


def bear(c: Canvas, rng: Random, p: Palette) -> None:
    """Bear: brown, polar or panda."""
    coat = _coat(rng, "8a5a3c", "b9835a", "f1ece2", "5d4a42", "f7f4ee")
    panda = coat == parse("f7f4ee")
    dark = (52, 48, 54) if panda else mix(coat, _DARK, 0.08)
    _body(c, dark)
    for side in (-1, 1):
        c.disc(360 + side * 170, 236, 82, dark)
        c.disc(360 + side * 170, 240, 46, mix(dark, _ROSE, 0.35))
    c.oval((134, 196, 586, 610), coat)
    if panda:
        for side in (-1, 1):
            c.oval((360 + side * 94 - 56, 322, 360 + side * 94 + 56, 448), dark)
            c.disc(360 + side * 88, 384, 34, _WHITE)
    c.oval((262, 424, 458, 572), mix(coat, _WHITE, 0.55))
    _eyes(c, rng, 382, 88, 23)
    c.oval((322, 438, 398, 492), _DARK)
    c.stroke(arc_points(360, 500, 40, 34, 15, 165), _DARK, 9)
    _extra(c, rng, p)


def rabbit(c: Canvas, rng: Random, p: Palette) -> None:
    """Rabbit with long ears."""
    coat = _coat(rng, "f4ebe1", "cbb8a9", "a8a3b0", "e9c9a6", "8a7466")
    _body(c, coat)
    for side in (-1, 1):
        x = 360 + side * 96
        c.box((x - 56, 40, x + 56, 360), coat, 56)
        c.box((x - 28, 80, x + 28, 330), mix(coat, _ROSE, 0.55), 28)
    c.oval((150, 240, 570, 616), coat)
    for side in (-1, 1):
        c.disc(360 + side * 140, 480, 36, mix(coat, _ROSE, 0.5))
    _eyes(c, rng, 400, 90, 27)
    c.box((338, 520, 382, 566), _WHITE, 8)
    _nose(c, 478, 22, _ROSE)
    _extra(c, rng, p)


def bird(c: Canvas, rng: Random, p: Palette) -> None:
    """Small round bird with a tuft."""
    coat = p.hue(0)
    for spread in (-46, 0, 46):
        c.stroke([(360, 210), (360 + spread, 106 + abs(spread) * 0.6)], mix(coat, p.ink, 0.2), 30)
    c.oval((130, 180, 590, 780), coat)
    for side in (-1, 1):
        wing = arc_points(360 + side * 214, 560, 84, 170, 0, 360)
        c.poly(wing, mix(coat, p.ink, 0.25))
    c.oval((220, 440, 500, 800), mix(coat, p.paper, 0.6))
    for side in (-1, 1):
        c.disc(360 + side * 84, 360, 58, _WHITE)
        c.disc(360 + side * 140, 450, 30, mix(coat, _ROSE, 0.6))
    _eyes(c, rng, 364, 78, 30)
    c.poly([(306, 416), (414, 416), (360, 496)], (247, 168, 62))
    c.poly([(318, 434), (402, 434), (360, 496)], (222, 130, 40))


def owl(c: Canvas, rng: Random, p: Palette) -> None:
    """Owl with large eyes and a feathered breast."""
    coat = mix(p.hue(0), _coat(rng, "8a5a3c", "5c5f7a", "6d6a5a"), 0.5)
    for side in (-1, 1):
        c.poly([(360 + side * 224, 110), (360 + side * 230, 360), (360 + side * 60, 220)], coat)
    c.box((130, 180, 590, 800), coat, 210)
    light = mix(coat, p.paper, 0.55)
    for row in range(4):
        for column in range(5):
            x = 360 + (column - 2 + row % 2 / 2 - 0.25) * 72
            c.disc(x, 566 + row * 50, 42, mix(light, coat, row * 0.18))
    for side in (-1, 1):
        c.disc(360 + side * 104, 370, 112, light)
        c.disc(360 + side * 104, 370, 78, _WHITE)
        c.disc(360 + side * 98, 372, 46, mix((240, 180, 60), p.hue(3), 0.3))
    _eyes(c, rng, 372, 98, 30)
    c.poly([(326, 430), (394, 430), (360, 512)], (240, 166, 64))


def penguin(c: Canvas, rng: Random, p: Palette) -> None:
    """Penguin with a white face, perhaps in a woolly hat."""
    coat = _coat(rng, "2b2f3f", "34495e", "243b4a", "4a4e69")
    c.oval((124, 140, 596, 820), coat)
    for side in (-1, 1):
        c.oval((360 + side * 92 - 112, 250, 360 + side * 92 + 112, 500), _WHITE)
    c.oval((210, 380, 510, 820), _WHITE)
    _eyes(c, rng, 372, 84, 28)
    for side in (-1, 1):
        c.disc(360 + side * 138, 446, 30, mix(_WHITE, _ROSE, 0.6))
    c.poly([(300, 420), (420, 420), (360, 492)], (247, 168, 62))
    if rng.random() < 0.5:
        c.poly(arc_points(360, 250, 206, 170, 180, 360), p.hue(2))
        c.box((146, 214, 574, 274), mix(p.hue(3), p.paper, 0.2), 30)
        c.disc(360, 78, 44, mix(p.hue(3), p.paper, 0.2))
    if rng.random() < 0.5:
        c.box((180, 560, 540, 622), p.hue(0), 30)


def frog(c: Canvas, rng: Random, p: Palette) -> None:
    """Frog with eyes on top of a broad smile."""
    coat = _coat(rng, "6fae5c", "4f9d8d", "9bbf4d", "5aa36f")
    _body(c, coat)
    for side in (-1, 1):
        c.disc(360 + side * 136, 246, 92, coat)
        c.disc(360 + side * 136, 240, 60, _WHITE)
    c.oval((112, 236, 608, 610), coat)
    c.oval((180, 440, 540, 606), mix(coat, _WHITE, 0.4))
    _eyes(c, rng, 244, 130, 34)
    c.stroke(arc_points(360, 420, 150, 84, 12, 168), mix(coat, _DARK, 0.7), 12)
    for side in (-1, 1):
        c.disc(360 + side * 200, 440, 34, mix(coat, _ROSE, 0.6))
        c.disc(360 + side * 26, 376, 8, mix(coat, _DARK, 0.6))


ANIMALS: tuple[Animal, ...] = (cat, fox, bear, rabbit, bird, owl, penguin, frog)
