"""Avatars: friendly geometric portraits and animals on a coloured ground."""

from random import Random

from .animals import ANIMALS
from .canvas import Canvas, arc_points
from .palette import Color, Palette, choose_palette, luminance, mix, parse, stable_random

AVATAR_SIZE = 240
_SCALE = 3

_SKINS = tuple(map(parse, ("fde0c8", "f6cba5", "eab98f", "d69c6b", "b4764a", "8d5638", "643b29")))
_HAIRS = tuple(
    map(
        parse,
        (
            "241c1c",
            "3a2a22",
            "5b3a24",
            "8a5a2f",
            "c98b3c",
            "e6c069",
            "a8442a",
            "8f8f99",
            "d9d9de",
            "3c4a7a",
            "7a3f6d",
        ),
    )
)
_EYE = (38, 30, 34)


def _skull(c: Canvas, hair: Color, brow: float, side: float = 336) -> None:
    """Hair that covers the upper head down to ``brow`` and the temples down to ``side``."""
    c.poly(
        [
            (212, side),
            *arc_points(360, 322, 152, 190, 180, 360),
            (508, side),
            (492, brow + 30),
            (440, brow),
            (280, brow),
            (228, brow + 30),
        ],
        hair,
    )


def _hair_back(c: Canvas, rng: Random, style: int, hair: Color) -> None:
    """The part of the hair that lies behind the head."""
    if style == 1:
        c.box((196, 250, 524, 610), mix(hair, _EYE, 0.18), 110)
    elif style == 2:
        c.disc(360, 118, 78, mix(hair, _EYE, 0.12))
    elif style == 3:
        for x, y in arc_points(360, 312, 168, 168, 150, 390)[::3]:
            c.disc(x, y, rng.uniform(56, 70), hair)
    elif style == 5:
        c.box((190, 220, 530, 470), mix(hair, _EYE, 0.15), 90)
    elif style == 7:
        for side in (-1, 1):
            c.disc(360 + side * 170, 210, 74, mix(hair, _EYE, 0.12))


def _hair_front(c: Canvas, style: int, hair: Color) -> None:
    """Fringe and hairline; style 4 is bald."""
    if style in (0, 2, 7):
        _skull(c, hair, 238)
    elif style == 1:
        c.poly(
            [
                (206, 420),
                *arc_points(360, 322, 156, 192, 180, 360),
                (514, 420),
                (486, 300),
                (350, 196),
                (236, 300),
            ],
            hair,
        )
    elif style == 3:
        for x, y in arc_points(360, 300, 122, 118, 195, 345)[::3]:
            c.disc(x, y, 50, hair)
    elif style == 5:
        _skull(c, hair, 272, 430)
    elif style == 6:
        crown = arc_points(360, 322, 152, 180, 180, 360)
        spikes = [
            (x + (x - 360) * 0.14 * (index % 2), y - 52 * (index % 2))
            for index, (x, y) in enumerate(crown[::3])
        ]
        c.poly([*spikes, (496, 270), (420, 236), (300, 250), (224, 270)], hair)
    elif style == 8:
        c.poly(
            [
                (212, 350),
                *arc_points(360, 322, 152, 196, 180, 360),
                (508, 350),
                (488, 262),
                (400, 250),
                (300, 190),
                (236, 280),
            ],
            hair,
        )


def _hat(c: Canvas, p: Palette, kind: int, rng: Random) -> None:
    """A beanie, a cap or a brimmed hat; anything else leaves the head bare."""
    tone, band = p.hue(2), mix(p.hue(3), p.paper, 0.15)
    if kind == 0:
        c.poly(arc_points(360, 268, 164, 176, 180, 360), tone)
        c.box((186, 232, 534, 292), band, 28)
        if rng.random() < 0.6:
            c.disc(360, 92, 38, band)
    elif kind == 1:
        c.poly(arc_points(360, 262, 160, 160, 180, 360), tone)
        c.box((340, 238, 590, 272), mix(tone, p.ink, 0.3), 17)
        c.disc(360, 104, 15, band)
    elif kind == 2:
        c.box((246, 84, 474, 250), tone, 60)
        c.box((246, 186, 474, 236), band)
        c.box((146, 226, 574, 268), mix(tone, p.ink, 0.2), 21)


def _glasses(c: Canvas, kind: int, tone: Color) -> None:
    for side in (-1, 1):
        x = 360 + side * 64
        if kind == 0:
            c.veil_disc(x, 346, 50, (255, 255, 255), 0.25)
            c.ring(x, 346, 52, tone, 10)
        elif kind == 1:
            c.draw.rounded_rectangle((x - 52, 310, x + 52, 384), 18, outline=tone, width=10)
        else:
            c.box((x - 56, 308, x + 56, 380), tone, 30)
            c.stroke([(x - 26, 330), (x - 6, 330)], (255, 255, 255), 8)
        c.draw.line([(360 + side * 114, 340), (360 + side * 148, 330)], fill=tone, width=9)
    c.draw.line([(346, 338), (374, 338)], fill=tone, width=10)


def _face(c: Canvas, rng: Random, skin: Color, hair: Color) -> None:
    rosy = mix(skin, (226, 84, 84), 0.3)
    for side in (-1, 1):
        x = 360 + side * 64
        c.disc(360 + side * 92, 408, 28, rosy)
        c.disc(x, 348, 15, _EYE)
        c.disc(x + 5, 342, 5, (255, 255, 255))
        lift = rng.uniform(-4, 4)
        c.stroke([(x - 26, 308 + lift), (x, 300), (x + 26, 308 + lift)], mix(hair, _EYE, 0.35), 9)
    c.stroke(arc_points(360, 376, 15, 14, 20, 160), mix(skin, _EYE, 0.3), 8)
    mouth = rng.randrange(3)
    if mouth == 0:
        c.stroke(arc_points(360, 414, 44, 34, 20, 160), mix(_EYE, (140, 40, 50), 0.5), 10)
    elif mouth == 1:
        c.poly(arc_points(360, 420, 46, 46, 0, 180), (122, 38, 48))
        c.box((328, 420, 392, 434), (255, 255, 255), 6)
    else:
        c.stroke(arc_points(370, 412, 38, 26, 10, 130), mix(_EYE, (140, 40, 50), 0.5), 10)


def _clothes(c: Canvas, rng: Random, p: Palette, skin: Color) -> None:
    shirt = p.hue(0)
    shoulders = [
        (96, 720),
        *arc_points(250, 660, 150, 108, 185, 270),
        *arc_points(470, 660, 150, 108, 270, 355),
        (624, 720),
    ]
    c.shaded(shoulders, shirt, mix(shirt, p.ink, 0.25))
    c.poly(
        [(304, 440), (416, 440), (420, 560), *arc_points(360, 560, 62, 50, 0, 180), (300, 560)],
        mix(skin, _EYE, 0.14),
    )
    kind, trim = rng.randrange(4), mix(p.paper, p.hue(4), 0.2)
    if kind == 0:
        c.stroke(arc_points(360, 558, 76, 62, 0, 180), trim, 18)
    elif kind == 1:
        c.poly([(286, 552), (360, 636), (300, 676)], trim)
        c.poly([(434, 552), (360, 636), (420, 676)], trim)
    elif kind == 2:
        for y in (634, 684):
            c.box((150, y, 570, y + 22), trim)
    else:
        c.box((276, 530, 444, 606), mix(shirt, p.ink, 0.2), 30)


def _person(c: Canvas, rng: Random, p: Palette) -> None:
    skin, hair = rng.choice(_SKINS), rng.choice(_HAIRS)
    if abs(luminance(skin) - luminance(hair)) < 40:
        # Hair of the tone of the skin would make the head one blob.
        hair = _HAIRS[0] if luminance(skin) > 110 else _HAIRS[8]
    style, hat = rng.randrange(9), rng.choice((0, 1, 2, *range(3, 11)))
    if hat < 3 and style in (2, 6, 7):
        style = 0
    _hair_back(c, rng, style, hair)
    _clothes(c, rng, p, skin)
    for side in (-1, 1):
        c.disc(360 + side * 148, 352, 32, mix(skin, _EYE, 0.1))
    c.box((212, 176, 508, 494), skin, rng.choice((128, 140, 147)))
    beard = style not in (1, 2, 5, 7) and rng.random() < 0.35
    if beard:
        c.poly(
            [
                *arc_points(360, 352, 148, 152, 0, 180),
                (228, 400),
                (300, 396),
                (360, 402),
                (420, 396),
                (492, 400),
            ],
            mix(hair, _EYE, 0.1),
        )
    _face(c, rng, skin, hair)
    _hair_front(c, style, hair)
    _hat(c, p, hat, rng)
    if rng.random() < 0.4:
        _glasses(c, rng.randrange(3), rng.choice((_EYE, p.hue(4), (150, 104, 52))))
    elif style in (1, 2, 5, 7):
        for side in (-1, 1):
            c.disc(360 + side * 154, 398, 12, p.hue(3))


def _ground(c: Canvas, rng: Random, p: Palette) -> None:
    base = mix(p.hue(1), p.paper, rng.uniform(0.1, 0.55))
    c.vertical(mix(base, p.paper, 0.25), mix(base, p.hue(4), 0.35))
    kind = rng.randrange(4)
    light = mix(base, p.paper, 0.5)
    if kind == 0:
        c.disc(360, 380, 300, light)
    elif kind == 1:
        c.veil([(0, 720), (720, 0), (720, 720)], p.hue(2), 0.25)
    elif kind == 2:
        for index in range(3):
            c.veil_disc(rng.uniform(0, 720), rng.uniform(0, 720), 130 + 60 * index, light, 0.6)


def draw_avatar(seed: str) -> bytes:
    """Draw the avatar of a user: a portrait or an animal.

    Returns a JPEG of 240 by 240 pixels that depends on the seed alone.
    """
    rng = stable_random("avatar", seed)
    palette = choose_palette(rng)
    canvas = _prepared(rng, palette)
    if rng.random() < 0.55:
        _person(canvas, rng, palette)
    else:
        rng.choice(ANIMALS)(canvas, rng, palette)
    return _finished(canvas, rng)


def draw_default_avatar(number: int) -> bytes:
    """Draw one of the avatars of users who have none: an animal, for it may be anybody.

    Returns a JPEG as :func:`draw_avatar` does. Neighbouring numbers are different animals.
    """
    rng = stable_random("default avatar", str(number))
    palette = choose_palette(rng)
    canvas = _prepared(rng, palette)
    ANIMALS[number % len(ANIMALS)](canvas, rng, palette)
    return _finished(canvas, rng)


def _prepared(rng: Random, palette: Palette) -> Canvas:
    canvas = Canvas(AVATAR_SIZE * _SCALE, AVATAR_SIZE * _SCALE, palette.paper)
    _ground(canvas, rng, palette)
    return canvas


def _finished(canvas: Canvas, rng: Random) -> bytes:
    if rng.random() < 0.5:
        canvas.flip()
    return canvas.export(_SCALE)
