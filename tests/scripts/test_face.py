"""What people see who open the product in a browser (contract/user-app.md §13.1)."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from common.extensions.web.face.pages import HEADLINES, KEPT_SECONDS
from common.utils import storage
from common.utils.constants import ArticleStatus
from scripts.demo import default_avatar
from scripts.gateway import create_gateway
from tests.factories import ArticleFactory, ChannelFactory, CommentFactory, UserFactory
from tests.support.clients.api import ApiClient
from tests.support.clients.html_page import HtmlPage

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
JPEG = b"\xff\xd8\xff" + b"0" * 100

in_demo = pytest.mark.settings(demo="on")


@pytest.fixture
def look(sign_in, runtime):
    """Open an address of the product in a browser; the answer, and the page taken apart."""
    gateway = ApiClient(create_gateway(runtime))  # a gateway remembers its front page

    def call(path: str = "/", **options):
        answer = gateway.get(path, headers={"Accept": BROWSER}, **options)
        assert answer.mimetype == "text/html", answer.text
        return answer, HtmlPage(answer.text)

    return call


def publish(**values):
    return ArticleFactory(published=True, **values)


@pytest.mark.parametrize(
    "accept",
    [
        BROWSER,
        "text/html",
        "text/html;q=0.9,application/json;q=0.8",
        "text/*",
        "application/json;q=0.1,text/html;q=0.2",
        "TEXT/HTML",
    ],
)
@in_demo
def test_who_prefers_html_gets_a_page(gateway, accept):
    answer = gateway.get("/", headers={"Accept": accept})

    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    assert "Accept" in answer.vary


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/json",
        "application/json, text/plain, */*",
        "application/json,text/html",
        "text/html,application/json",
        "text/html;q=0.5,*/*;q=0.8",
        "text/html;q=0",
        "text/html;q=0,*/*",
        "text/plain",
        "image/avif,image/webp,*/*;q=0.8",
        "text/html;q=nonsense",
        ";;;,=",
    ],
)
@in_demo
def test_everybody_else_gets_the_route_map_as_before(gateway, accept):
    answer = gateway.get("/", headers={} if accept is None else {"Accept": accept})

    assert answer.status_code == 200
    assert answer.json["news.article"] == "/v1_0/articles/<id:article_id>"
    assert "Accept" in answer.vary


@pytest.mark.parametrize("path", ["/app", "/app/", "/mp/", "/mis/"])
@in_demo
def test_the_other_route_maps_are_for_programs_whoever_asks(gateway, path):
    assert gateway.get(path, headers={"Accept": BROWSER}).mimetype == "application/json"


def test_outside_of_the_demo_people_see_the_page_and_programs_nothing(gateway, look):
    _, page = look()

    assert gateway.get("/").status_code == 404
    assert "246810" not in page.html
    assert "演示" not in "".join(page.texts)
    assert "app/" not in page.links


@in_demo
def test_in_the_demo_the_page_says_how_to_get_in(look, runtime):
    text = " ".join(look()[1].texts)

    for word in ("13812345678", "13911111111", "246810", runtime.admin_account):
        assert word in text


@in_demo
def test_every_part_is_named_and_every_link_leads_somewhere(look, gateway):
    _, page = look()

    parts = {"读者客户端", "编辑 · 媒体平台", "运营 · 管理系统", "聊天与即时通知", "接口文档"}
    assert parts <= set(page.texts)
    targets = set(page.paths(page.links, "http://localhost/"))
    assert targets >= {f"http://localhost/{path}" for path in ("docs", "app/", "readyz")}
    assert {gateway.get(target).status_code for target in targets} == {200}


def test_in_production_the_docs_are_for_us_and_not_named(runtime):
    client = Client(create_gateway(runtime.model_copy(update={"mode": "production"})))

    page = HtmlPage(client.get("/", headers={"Accept": BROWSER}).text)

    assert not [link for link in page.links if link.startswith(("docs", "openapi"))]
    assert "接口文档" not in page.texts


@in_demo
def test_the_newest_articles_are_announced_with_pictures(look, runtime):
    channel = ChannelFactory(channel_name="城市")
    old = [publish(title=f"旧闻{n}") for n in range(HEADLINES)]
    storage.build(runtime).put("cover/ab/cd.jpg", JPEG, "image/jpeg")
    author = UserFactory(user_name="旧城漫步")
    cover = {"type": 1, "images": ["cover/ab/cd.jpg"]}
    newest = publish(
        title="清晨五点半", channel_id=channel.channel_id, user_id=author.user_id, cover=cover
    )
    CommentFactory(article_id=newest.article_id)

    _, page = look()

    first = page.texts.index("清晨五点半")
    assert page.texts[first - 1] == "城市"
    assert {"旧城漫步", "清晨五点半的正文"} <= set(page.texts[first : first + 6])
    assert sum(link.startswith("articles/") for link in page.links) == HEADLINES
    assert old[0].title not in page.texts
    assert "media/cover/ab/cd.jpg" in page.pictures


def test_without_articles_the_page_says_so(look):
    assert any(text.startswith("还没有文章") for text in look()[1].texts)


@in_demo
def test_nothing_comes_from_elsewhere_and_nothing_runs(look, runtime, gateway):
    default_avatar.provide(storage.build(runtime), runtime.default_avatar)
    publish(cover={"type": 1, "images": ["https://elsewhere.example/tracker.gif"]})

    answer, page = look()

    assert not {"script", "iframe", "form", "object", "embed", "base"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on") or name == "style"]
    assert "elsewhere" not in page.html
    assert not [address for address in [*page.pictures, *page.links] if "//" in address]
    assert len(page.pictures) == 1  # the author's default avatar
    for path in page.paths(page.pictures, "http://localhost/"):
        assert gateway.get(path).mimetype.startswith("image/")
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{page.style_hash}'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.settings(media_url="https://img.example.com/m/")
def test_pictures_kept_elsewhere_by_the_host_are_shown_from_there(look):
    publish(cover={"type": 1, "images": ["cover/ab/cd.jpg"]})

    answer, page = look()

    assert "https://img.example.com/m/cover/ab/cd.jpg" in page.pictures
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://img.example.com;" in policy


@pytest.mark.settings(default_avatar="")
def test_without_default_avatars_people_have_no_pictures(look):
    article = publish()

    assert look()[1].pictures == []
    assert look(f"/articles/{article.article_id}")[1].pictures == []


def test_what_people_wrote_is_text(look):
    author = UserFactory(user_name="<b>x</b>")
    article = publish(title=HOSTILE, user_id=author.user_id, content=f"<p>{HOSTILE}</p>")

    for path in ("/", f"/articles/{article.article_id}"):
        _, page = look(path)
        assert HOSTILE in page.texts
        assert "<b>x</b>" in page.texts
        assert not {"script", "b"} & set(page.tags)


def test_the_page_can_be_read_on_a_telephone(look):
    _, page = look()

    assert page.meta["viewport"] == "width=device-width, initial-scale=1"
    assert page.meta["color-scheme"] == "light dark"
    assert '<html lang="zh-CN">' in page.html


def test_it_can_only_be_read(gateway):
    headers = {"Accept": BROWSER}
    head = gateway.head("/", headers=headers)

    assert gateway.post("/", headers=headers).status_code == 405
    assert (head.status_code, head.mimetype, head.data) == (200, "text/html", b"")


def test_a_browser_that_has_it_is_told_so(look, gateway):
    answer, _ = look()
    tag = {"If-None-Match": answer.headers["ETag"]}

    again = gateway.get("/", headers={"Accept": BROWSER, **tag})

    assert answer.headers["Cache-Control"] == f"public, max-age={KEPT_SECONDS:.0f}"
    assert (again.status_code, again.data) == (304, b"")


def test_however_many_look_it_is_made_once_in_a_few_seconds(look, cost):
    publish(title="一")
    look()
    publish(title="二")

    with cost() as spent:
        pages = [look()[1] for _ in range(20)]

    assert (spent.sql, spent.stages) == (0, 0)
    assert all("一" in page.texts and "二" not in page.texts for page in pages)


def test_an_article_can_be_read_where_its_headline_leads(look, gateway, runtime):
    storage.build(runtime).put("cover/ab/cd.jpg", JPEG, "image/jpeg")
    body = '<h2>小标题</h2><p>正文</p><p><img src="/media/cover/ab/cd.jpg" alt="一面书架"></p>'
    publish(title="接着读的")
    article = publish(title="题目", content=body)
    link = next(link for link in look()[1].links if link.endswith(str(article.article_id)))

    answer, page = look(f"/{link}")

    assert {"题目", "小标题", "正文"} <= set(page.texts)
    assert "../media/cover/ab/cd.jpg" in page.pictures
    (picture,) = [path for path in page.paths(page.pictures, f"/{link}") if "cover" in path]
    assert gateway.get(picture).data == JPEG
    assert page.style_hash in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-cache"


def test_what_others_put_into_the_database_does_not_run(look):
    body = '<p onclick="alert(1)">正文</p><script>alert(1)</script><form action="/x">表</form>'
    article = publish(content=body)

    _, page = look(f"/articles/{article.article_id}")

    assert "正文" in page.texts
    assert not {"script", "form"} & set(page.tags)
    assert "onclick" not in page.attributes


@pytest.mark.parametrize(
    "number", ["0", "1", "x", "", "01", "-1", "1/2", "99999999999999999999", "１", "1%00"]
)
def test_what_nobody_can_read_is_not_found(gateway, number):
    answer = gateway.get(f"/articles/{number}", headers={"Accept": BROWSER})

    assert answer.status_code == 404
    assert answer.json["message"].startswith("The requested URL was not found")


@pytest.mark.parametrize("status", set(ArticleStatus) - {ArticleStatus.APPROVED})
def test_what_is_not_approved_is_neither_announced_nor_opened(look, gateway, status):
    article = ArticleFactory(published=True, status=status)

    assert f"articles/{article.article_id}" not in look()[1].links
    answer = gateway.get(f"/articles/{article.article_id}", headers={"Accept": BROWSER})
    assert answer.status_code == 404


@pytest.mark.settings(read_budget_address=3)
def test_articles_cannot_be_walked(within_a_minute, gateway):
    answers = [gateway.get(f"/articles/{number}") for number in range(1, 6)]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert answers[-1].headers["Retry-After"] == "50"
    assert gateway.get("/", headers={"Accept": BROWSER}).status_code == 200
