"""Pictures are fetched and stored; whatever goes wrong with one, the article stays."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image

from common.services.importing.articles import import_items
from common.services.importing.findings import Findings
from common.services.importing.items import Identity
from common.services.importing.pictures import PictureStore
from common.settings import Settings
from common.utils import storage
from common.utils.media import LOCAL_PATH
from tests.common.services.importing.conftest import ITEM, all_articles, content_of
from tests.support.clients.images import colours_of, encoded, wide_gamut
from tests.support.servers.web import Site, body, serving

pytestmark = pytest.mark.usefixtures("runtime")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as running:
        for name in ("a", "b", "c", "d"):
            running.answers[f"/{name}.png"] = body(_png(name))
        running.answers["/broken.png"] = body(b"no picture")
        running.answers["/gone.png"] = lambda handler: handler.send_error(404)
        yield running


@pytest.fixture
def store(site: Site, runtime: Settings) -> PictureStore:
    return PictureStore(storage.build(runtime), policy=site.policy())


def test_the_cover_is_what_the_source_put_in_front(site, store, runtime):
    item = replace(ITEM, covers=(site.url("/a.png"),), content=_with(site, "b", "c", "d"))

    import_items([item], pictures=store)

    (article,) = all_articles()
    assert article.cover["type"] == 1
    assert storage.build(runtime).exists(article.cover["images"][0])


def test_else_the_first_pictures_of_the_body_which_are_our_own_then(site, store):
    import_items([replace(ITEM, content=_with(site, "b", "c", "d", "a"))], pictures=store)

    (article,) = all_articles()
    content = content_of(article)
    assert article.cover["type"] == 3
    assert all(LOCAL_PATH + key in content for key in article.cover["images"])
    assert "news.example" not in content


def test_a_picture_that_cannot_be_had_stays_where_it_was(site, store):
    content = _with(site, "broken", "gone", "a")

    outcome = import_items([replace(ITEM, content=content)], pictures=store)

    (article,) = all_articles()
    assert outcome.imported == 1
    assert article.cover["type"] == 1
    assert store.missing == 2
    assert site.url("/gone.png") in content_of(article)


def test_an_address_inside_our_network_is_never_asked(site, store):
    inside = f"http://127.0.0.1:{site.port}/a.png"

    import_items([replace(ITEM, covers=(inside,))], pictures=store)

    assert site.asked == []
    assert all_articles()[0].cover == {"type": 0, "images": []}


def test_a_picture_of_many_articles_is_fetched_once(site, store):
    items = [
        replace(ITEM, title=f"题{n}", identity=Identity(), covers=(site.url("/a.png"),))
        for n in range(3)
    ]

    import_items(items, pictures=store)

    assert len(site.asked) == 1
    assert len({article.cover["images"][0] for article in all_articles()}) == 1


def test_relative_addresses_are_relative_to_the_item(site, store):
    item = replace(ITEM, content='<img src="/a.png">文', base=site.url("/page/1"))

    import_items([item], pictures=store)

    assert all_articles()[0].cover["type"] == 1


def test_without_a_store_pictures_keep_their_addresses():
    item = replace(ITEM, covers=("https://img.example/a.png", "http://10.0.0.1/b.png"))

    import_items([item])

    assert all_articles()[0].cover == {"type": 1, "images": ["https://img.example/a.png"]}


def test_a_picture_that_stands_in_the_text_becomes_our_own(store, runtime):
    item = replace(ITEM, content=f'<p>图：<img src="{_inline(40)}" alt="红点"></p>')

    import_items([item], pictures=store)

    (article,) = all_articles()
    (key,) = article.cover["images"]
    assert content_of(article) == f'<p>图：<img src="{LOCAL_PATH}{key}" alt="红点"></p>'
    assert storage.build(runtime).exists(key)


@pytest.mark.parametrize(
    "address",
    [
        "data:image/png;base64,bm8gcGljdHVyZQ==",
        "data:image/png;base64,%%%",
        "data:image/svg+xml;utf8,%3Csvg/%3E",
        "data:,",
    ],
)
def test_a_picture_in_the_text_that_cannot_be_kept_is_counted(store, address: str):
    findings = Findings()
    item = replace(ITEM, content=f'<p>文<img src="{address}"></p>', line=7)

    outcome = import_items([item], pictures=store, findings=findings)

    assert outcome.imported == 1
    assert store.missing == 1
    assert [str(each) for each in findings.all] == [
        "line 7, “题目”: 1 of its pictures stand in the text and cannot be kept (repaired)"
    ]


def test_without_a_store_a_picture_in_the_text_is_counted_too():
    findings = Findings()

    import_items([replace(ITEM, content=f'文<img src="{_inline(40)}">')], findings=findings)

    assert findings.repaired == 1


def test_a_single_pixel_stays_in_the_text_and_is_never_a_cover(site, store):
    site.answers["/tiny.png"] = body(_png("t", 1))
    content = f'<p>文<img src="{site.url("/tiny.png")}"><img src="{_inline(1)}"></p>'

    import_items([replace(ITEM, content=content, covers=(site.url("/tiny.png"),))], pictures=store)

    (article,) = all_articles()
    assert article.cover == {"type": 0, "images": []}
    assert content_of(article).count(LOCAL_PATH) == 2


def test_the_same_picture_at_three_addresses_is_one_cover(site, store):
    for name in ("x", "y", "z"):
        site.answers[f"/{name}.png"] = body(_png("same"))

    import_items([replace(ITEM, content=_with(site, "x", "y", "z"))], pictures=store)

    (article,) = all_articles()
    assert article.cover["type"] == 1


def test_a_compressed_picture_is_unpacked(site, store):
    site.answers["/z.png"] = body(gzip.compress(_png("z")), Content_Encoding="gzip")

    import_items([replace(ITEM, covers=(site.url("/z.png"),))], pictures=store)

    assert all_articles()[0].cover["type"] == 1


def test_colours_of_an_imported_picture_are_those_of_srgb(site, store, runtime):
    green = Image.new("RGB", (40, 40), (60, 200, 60))
    site.answers["/wide.jpg"] = body(encoded(green, "JPEG", icc_profile=wide_gamut()))

    import_items([replace(ITEM, covers=(site.url("/wide.jpg"),))], pictures=store)

    (key,) = all_articles()[0].cover["images"]
    path = runtime.data_dir / "media" / key
    (colour,) = colours_of(Image.open(path))
    assert all(abs(a - b) <= 5 for a, b in zip(colour, (0, 201, 37), strict=True))


def test_a_video_is_never_a_cover_whoever_names_it(site, store):
    item = replace(
        ITEM, covers=(site.url("/a.mp4"),), content=f'文<img src="{site.url("/b.mp4")}">'
    )
    site.answers["/b.mp4"] = body(_png("b"))

    import_items([item], pictures=store)

    assert all_articles()[0].cover == {"type": 0, "images": []}


def _png(name: str, side: int = 8) -> bytes:
    return encoded(Image.new("RGB", (side, side), (ord(name[0]), 0, 0)), "PNG")


def _inline(side: int) -> str:
    return "data:image/png;base64," + base64.b64encode(_png("r", side)).decode()


def _with(site: Site, *names: str) -> str:
    return "文" + "".join(f'<img src="{site.url(f"/{name}.png")}">' for name in names)
