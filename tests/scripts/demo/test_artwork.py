"""The generated pictures: repeatable, of the promised size and clearly unlike one another."""

import random
import subprocess
import sys
from io import BytesIO
from itertools import combinations

import pytest
from PIL import Image

from scripts.demo.artwork import draw_avatar, draw_cover

THEMES = [
    "technology",
    "frontend",
    "backend",
    "python",
    "java",
    "go",
    "database",
    "ai",
    "linux",
    "architecture",
    "algorithm",
    "testing",
    "product",
    "design",
    "digital",
    "city",
    "travel",
    "food",
    "health",
    "sports",
    "film",
    "books",
    "history",
    "science",
    "finance",
    "education",
]


def decode(data: bytes) -> Image.Image:
    """Open a JPEG and read all of it, so that broken data shows."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def signature(data: bytes) -> bytes:
    """Thumbnail of 8 by 5 pixels: composition and colours, nothing of the detail."""
    return decode(data).resize((8, 5), Image.Resampling.BOX).tobytes()


def distance(first: bytes, second: bytes) -> float:
    """Mean difference of two signatures per channel."""
    return sum(abs(a - b) for a, b in zip(first, second, strict=True)) / len(first)


@pytest.mark.parametrize("theme", THEMES)
def test_cover_has_the_promised_format_for_every_theme(theme: str) -> None:
    for number in range(6):
        image = decode(draw_cover(f"article-{number}", theme=theme))
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (720, 405))


def test_avatar_has_the_promised_format() -> None:
    for number in range(60):
        image = decode(draw_avatar(f"user-{number}"))
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (240, 240))


def test_pictures_depend_on_the_seed_alone() -> None:
    random.seed(1)
    covers = [draw_cover("same", theme=theme) for theme in THEMES]
    avatars = [draw_avatar(f"user-{number}") for number in range(10)]
    random.seed(2)
    assert covers == [draw_cover("same", theme=theme) for theme in THEMES]
    assert avatars == [draw_avatar(f"user-{number}") for number in range(10)]


def test_pictures_are_the_same_in_another_process() -> None:
    code = (
        "import hashlib; from scripts.demo.artwork import draw_avatar, draw_cover; "
        "data = draw_cover('x', theme='travel') + draw_avatar('x'); "
        "print(hashlib.sha256(data).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_drawing_leaves_the_global_generator_alone() -> None:
    random.seed(7)
    before = random.getstate()
    draw_cover("x", theme="city")
    draw_avatar("x")
    assert random.getstate() == before


def test_sixty_covers_are_clearly_different() -> None:
    covers = [draw_cover(f"seed-{n}", theme=THEMES[n % len(THEMES)]) for n in range(60)]
    assert len(set(covers)) == 60
    distances = sorted(
        distance(a, b) for a, b in combinations([signature(cover) for cover in covers], 2)
    )
    assert distances[0] > 2
    assert distances[len(distances) // 20] > 15
    assert distances[len(distances) // 2] > 35


@pytest.mark.parametrize("theme", THEMES)
def test_seeds_of_one_theme_look_different(theme: str) -> None:
    signatures = [signature(draw_cover(f"seed-{n}", theme=theme)) for n in range(12)]
    distances = sorted(distance(a, b) for a, b in combinations(signatures, 2))
    assert distances[0] > 2
    assert distances[len(distances) // 2] > 25


def test_theme_takes_part_in_the_picture() -> None:
    assert len({draw_cover("same", theme=theme) for theme in THEMES}) == len(THEMES)


@pytest.mark.parametrize("theme", ["", "no-such-channel", "推荐"])
def test_unknown_theme_gets_a_generic_cover(theme: str) -> None:
    assert decode(draw_cover("x", theme=theme)).size == (720, 405)
    assert draw_cover("x", theme=theme) != draw_cover("y", theme=theme)


def test_avatars_of_different_users_differ() -> None:
    assert len({draw_avatar(f"user-{number}") for number in range(120)}) == 120


def test_pictures_show_more_than_a_plain_ground() -> None:
    for theme in THEMES:
        colors = decode(draw_cover("x", theme=theme)).quantize(64).getcolors()
        assert colors is not None
        assert len(colors) > 24
