"""Pictures are fetched and stored; whatever goes wrong with one, the article stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from common.services.importing.articles import import_items
from common.services.importing.pictures import PictureStore
from common.settings import Settings
from common.utils import storage
from common.utils.media import LOCAL_PATH
from tests.common.services.importing.conftest import ITEM, all_articles, content_of
from tests.support.web import Site, body, serving

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
        replace(ITEM, title=f"题{n}", identifiers=(), covers=(site.url("/a.png"),))
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


def _png(name: str) -> bytes:
    scratch = BytesIO()
    Image.new("RGB", (8, 8), (ord(name), 0, 0)).save(scratch, "PNG")
    return scratch.getvalue()


def _with(site: Site, *names: str) -> str:
    return "文" + "".join(f'<img src="{site.url(f"/{name}.png")}">' for name in names)
