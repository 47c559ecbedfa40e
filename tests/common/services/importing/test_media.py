"""Pictures beside an entry: the real ones, each once, in its largest size, never a video."""

from __future__ import annotations

import pytest

from common.services.importing import feeds
from common.services.importing.findings import Findings
from common.services.importing.media import Picture, distinct
from tests.support.scenarios.foreign_feeds import atom, rss

IMG = "https://img.example"


def _covers(item: str) -> tuple[str, ...]:
    feed = rss(f"<title>题</title><link>https://field.example/post/1</link>{item}")
    return feeds.read(feed.encode(), Findings())[0].covers


@pytest.mark.parametrize(
    ("item", "cover"),
    [
        (f'<enclosure url="{IMG}/a.jpg" type="image/jpeg"/>', f"{IMG}/a.jpg"),
        (f'<enclosure url="{IMG}/a.jpg"/>', f"{IMG}/a.jpg"),
        (f'<enclosure url="{IMG}/a.jpg" type="jpg"/>', f"{IMG}/a.jpg"),
        (f'<enclosure url="{IMG}/a.JPG?x=1" type="application/octet-stream"/>', f"{IMG}/a.JPG?x=1"),
        (f'<enclosure url="{IMG}/picture/7" type="image/webp"/>', f"{IMG}/picture/7"),
        ('<enclosure url="/img/a.jpg" type="image/jpeg"/>', "https://field.example/img/a.jpg"),
        ('<enclosure url="b.jpg"/>', "https://field.example/post/b.jpg"),
        ('<enclosure url="//cdn.example/a b.jpg"/>', "https://cdn.example/a%20b.jpg"),
        (f'<media:content url="{IMG}/x" medium="image"/>', f"{IMG}/x"),
        (f'<media:content url="{IMG}/x"/>', f"{IMG}/x"),
        (f'<media:thumbnail url="{IMG}/t.jpg"/>', f"{IMG}/t.jpg"),
        (f'<itunes:image href="{IMG}/it.jpg"/>', f"{IMG}/it.jpg"),
        (f"<image><url>{IMG}/im.jpg</url></image>", f"{IMG}/im.jpg"),
        (f"<image>{IMG}/im.jpg</image>", f"{IMG}/im.jpg"),
        (
            '<media:group><media:content url="https://v.example/1.mp4" type="video/mp4"/>'
            f'<media:thumbnail url="{IMG}/hq.jpg"/></media:group>',
            f"{IMG}/hq.jpg",
        ),
        (
            '<media:content url="https://v.example/1" medium="video">'
            f'<media:thumbnail url="{IMG}/s.jpg" width="100"/>'
            f'<media:thumbnail url="{IMG}/hq.jpg" width="640"/></media:content>',
            f"{IMG}/hq.jpg",
        ),
        (
            f'<atom:link rel="enclosure" href="{IMG}/a.png" type="image/png"/>',
            f"{IMG}/a.png",
        ),
    ],
)
def test_a_picture_that_a_source_puts_in_front_is_the_cover(item: str, cover: str):
    assert _covers(item) == (cover,)


@pytest.mark.parametrize(
    "item",
    [
        '<enclosure url="https://v.example/clip.mp4" type="video/mp4"/>',
        '<enclosure url="https://v.example/clip.mp4" type="image/jpeg"/>',
        '<enclosure url="https://v.example/a.mp3" type="audio/mpeg"/>',
        '<enclosure url="https://v.example/a.pdf"/>',
        '<enclosure url="https://v.example/download/7"/>',
        '<enclosure url=""/>',
        "<enclosure/>",
        '<media:content url="https://v.example/clip.mp4" type="video/mp4"/>',
        '<media:content url="https://v.example/clip.MP4"/>',
        '<media:content url="https://v.example/live.m3u8" medium="image"/>',
        '<media:content url="https://v.example/7" medium="video"/>',
        '<media:content url="https://v.example/7" type="application/x-shockwave-flash"/>',
        '<media:content url="https://v.example/a.jpg" medium="video"/>',
        '<media:thumbnail url="https://v.example/a.webm"/>',
    ],
)
def test_a_video_a_sound_or_a_document_never_is(item: str):
    assert _covers(item) == ()


@pytest.mark.parametrize(
    ("item", "covers"),
    [
        (
            "".join(
                f'<media:content width="{w}" url="{IMG}/p.jpg?w={w}"/>' for w in (140, 700, 460)
            ),
            (f"{IMG}/p.jpg?w=700",),
        ),
        (
            "".join(
                f'<media:content url="{IMG}/p.jpg?width={w}&amp;quality=85&amp;s=sig{w}"/>'
                for w in (140, 460)
            ),
            (f"{IMG}/p.jpg?width=460&quality=85&s=sig460",),
        ),
        (
            f'<enclosure url="{IMG}/a.jpg"/><media:content url="{IMG}/a-300x200.jpg"/>'
            f'<media:content url="{IMG}/a-1024x683.jpg"/>',
            (f"{IMG}/a.jpg",),
        ),
        (
            f'<media:content url="{IMG}/a.jpg"/><media:thumbnail url="{IMG}/other-thumb.jpg"/>',
            (f"{IMG}/a.jpg",),
        ),
        (
            f'<media:group><media:content url="{IMG}/large/a.jpg" width="900"/>'
            f'<media:content url="{IMG}/small/a.jpg" width="90"/></media:group>',
            (f"{IMG}/large/a.jpg",),
        ),
        (
            "".join(f'<media:content url="{IMG}/{n}.jpg"/>' for n in range(3)),
            tuple(f"{IMG}/{n}.jpg" for n in range(3)),
        ),
        (
            "".join(f'<media:content url="{IMG}/image.php?id={n}"/>' for n in range(3)),
            tuple(f"{IMG}/image.php?id={n}" for n in range(3)),
        ),
    ],
)
def test_of_several_sizes_of_one_picture_the_largest_is_taken(item: str, covers: tuple[str, ...]):
    assert _covers(item) == covers


def test_atom_encloses_pictures_by_links():
    feed = atom(
        '<link href="https://a.example/1"/><link rel="enclosure" type="image/png" href="/p.png"/>'
    )

    assert feeds.read(feed.encode(), Findings())[0].covers == ("https://a.example/p.png",)


@pytest.mark.parametrize(
    ("urls", "kept"),
    [
        (["/a-150x150.jpg", "/a-1024x768.jpg", "/b.jpg"], ["/a-1024x768.jpg", "/b.jpg"]),
        (["/a-300x200.jpg", "/a.jpg"], ["/a.jpg"]),
        (["/a@2x.png", "/a.png"], ["/a@2x.png"]),
        (["/w_300/a.jpg", "/w_900/a.jpg"], ["/w_900/a.jpg"]),
        (["/1.jpg", "/2.jpg", "/1.jpg"], ["/1.jpg", "/2.jpg"]),
    ],
)
def test_sizes_are_told_by_the_address(urls: list[str], kept: list[str]):
    found = distinct(Picture(IMG + url) for url in urls)

    assert [picture.url for picture in found] == [IMG + url for url in kept]
