"""Hand-made colour palettes of the generated artwork and the helpers that mix their colours."""

import hashlib
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

Color: TypeAlias = tuple[int, int, int]

# Every row: darkest tone, lightest tone, then five hues that sit well next to one another.
_SWATCHES: tuple[str, ...] = (
    "1d2b3a f7efe2 e4572e f3a712 669bbc 29335c a8c686",  # harbour
    "22223b f5ebe0 9a8c98 c9ada7 e07a5f 4a4e69 f2cc8f",  # dusk clay
    "073b4c fdf6e3 ef476f ffd166 06d6a0 118ab2 f78c6b",  # carnival
    "264653 fbf3e4 2a9d8f e9c46a f4a261 e76f51 8ab17d",  # terracotta
    "2d1e2f fff1e6 f25f5c ffe066 70c1b3 247ba0 b56576",  # fruit stand
    "14213d f4f1ea fca311 e5383b 8d99ae 3d5a80 98c1d9",  # signal
    "1b4332 f6f4e6 40916c 95d5b2 d8a657 bc6c25 74c69d",  # forest
    "283618 fefae0 606c38 dda15e bc6c25 a3b18a e9c46a",  # olive grove
    "231942 f9f1f7 5e548e 9f86c0 be95c4 e0b1cb f7b267",  # lavender
    "10002b f8f0ff 7b2cbf c77dff ff9e7a 3c6ce7 ffca6e",  # neon evening
    "0b132b eef6f7 1c7293 5bc0be 9ad1d4 f6bd60 f28482",  # lagoon
    "3d0c11 fff3e0 d80032 f78ca2 f9dec9 8f2d56 ffb627",  # pomegranate
    "2b2d42 edf2f4 ef233c 8d99ae 5c7aea ffb4a2 b8c0ff",  # newsroom
    "33261d faf3e8 7f5539 b08968 ddb892 c8553d 588157",  # coffee
    "0d1b2a eef2f6 415a77 778da9 e0a458 c8553d 7fb7be",  # slate
    "1a1423 fdf0e7 3d314a 684756 96705b ab8476 f2a65a",  # cocoa dusk
    "06283d f1faee 1363df 47b5ff 9adcff ff8b6a ffd36e",  # clear sky
    "1f2f26 f8f7f0 3f7d58 efc050 ec5228 ef9651 7fa99b",  # market
    "3a1f5d fff5ec c83660 e15249 f7d694 6f4a8e f2a07b",  # sunset
    "113537 f5f7f2 37505c 7a9e9f eebfa0 d5896f 4f9d8d",  # sea glass
    "2f2235 fcefef e56b6f eaac8b b56576 6d597a 355070",  # rose hour
    "102a43 f0f4f8 2680c2 f7c948 e66a6a 3ebd93 829ab1",  # workshop
)


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one picture, already turned towards a dark or a light mood."""

    ink: Color
    paper: Color
    hues: tuple[Color, ...]
    dark: bool

    @property
    def ground(self) -> Color:
        """Background colour of the mood."""
        return self.ink if self.dark else self.paper

    @property
    def figure(self) -> Color:
        """The colour that reads best on the ground."""
        return self.paper if self.dark else self.ink

    def hue(self, index: int) -> Color:
        """Hue by running number, starting over past the last one."""
        return self.hues[index % len(self.hues)]


def parse(code: str) -> Color:
    """Turn ``rrggbb`` into a colour."""
    value = int(code, 16)
    return value >> 16, value >> 8 & 255, value & 255


def mix(first: Color, second: Color, share: float) -> Color:
    """Blend two colours; ``share`` is the part of the second one."""
    keep = 1 - share
    return (
        round(first[0] * keep + second[0] * share),
        round(first[1] * keep + second[1] * share),
        round(first[2] * keep + second[2] * share),
    )


def luminance(color: Color) -> float:
    """Perceived brightness between 0 and 255."""
    return 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]


def stable_random(*parts: str) -> Random:
    """A private generator that depends on the parts alone, on every machine and run."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    # S311: the pictures have to be repeatable, nothing here is a secret.
    return Random(int.from_bytes(digest[:16], "big"))  # noqa: S311


def choose_palette(rng: Random) -> Palette:
    """Draw a palette, its mood and the order of its hues."""
    ink, paper, *hues = (parse(code) for code in rng.choice(_SWATCHES).split())
    rng.shuffle(hues)
    return Palette(ink=ink, paper=paper, hues=tuple(hues), dark=rng.random() < 0.45)
