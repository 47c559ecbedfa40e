"""The HTML of others: real pictures, whole addresses, nobody's e-mail."""

from __future__ import annotations

import pytest

from common.services.importing.bodies import readied
from common.utils.text.html import pictures_of, sanitise

BASE = "https://a.example/c/1/index.html"
REAL = "https://img.example/real.jpg"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def _pictures(html: str) -> list[str]:
    return pictures_of(readied(html, base=BASE).html)


def _covers(html: str) -> list[str]:
    return [picture.url for picture in readied(html, base=BASE).covers]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("/about", "https://a.example/about"),
        ("more.html", "https://a.example/c/1/more.html"),
        ("../2/", "https://a.example/c/2/"),
        ("//cdn.example.com/x", "https://cdn.example.com/x"),
        ("?page=2&amp;x=1", "https://a.example/c/1/index.html?page=2&x=1"),
        ("#fn1", "https://a.example/c/1/index.html#fn1"),
        (" https://b.example/a b?q=中\n", "https://b.example/a%20b?q=%E4%B8%AD"),
        ("HTTPS://B.Example:443/x/../y", "https://b.example/y"),
        ("https:\\\\b.example\\x", "https://b.example/x"),
        ("http:/b.example/x", "http://b.example/x"),
    ],
)
def test_links_lead_where_a_browser_would_go(written: str, meant: str):
    html = sanitise(readied(f'<p><a href="{written}">链</a></p>', base=BASE).html)

    assert f'href="{meant.replace("&", "&amp;")}"' in html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "mailto:a@b.example", "data:text/html,x", "file:///etc/x"]
)
def test_other_links_keep_only_their_words(address: str):
    html = sanitise(readied(f'<a href="{address}">词</a>', base=BASE).html)

    assert html == '<a rel="noopener nofollow ugc">词</a>'


@pytest.mark.parametrize(
    "html",
    [
        f'<img src="{PIXEL}" data-src="{REAL}">',
        f'<img src="/blank.gif" data-original="{REAL}">',
        f'<img class="lazy" data-lazy-src="{REAL}">',
        f'<img src="low.jpg" data-actualsrc="{REAL}">',
        f'<img src="/static/placeholder.png" file="{REAL}" zoomfile="{REAL}">',
        f'<img src="s.jpg" srcset="m.jpg 480w, {REAL} 1200w, s.jpg 240w">',
        f'<img src="s.jpg" srcset="s.jpg, {REAL} 2x">',
        f'<img src="s.jpg" srcset="s.jpg 1x,{REAL} 3x,m.jpg 2x">',
        f'<img src="{PIXEL}" data-srcset="s.jpg 300w,{REAL} 900w">',
        f'<img src="s.jpg" srcset="{PIXEL} 1w" data-src="{REAL}">',
        f'<picture><source srcset="{REAL} 1000w" type="image/webp"><img src="s.jpg"></picture>',
        f'<picture><source media="x" data-srcset="{REAL}"><img src="{PIXEL}"></picture>',
        f'<img src="/loading.gif"><noscript><img src="{REAL}"></noscript>',
        f'<img src="{PIXEL}">\n<noscript><p><img src="{REAL}" alt="x"/></p></noscript>',
        f'<img src="{PIXEL}" data-src="{REAL}"><noscript><img src="{REAL}"></noscript>',
        f'<noscript><img src="{REAL}"></noscript><img src="{PIXEL}" data-src="{REAL}">',
        f'<amp-img src="{REAL}" width="600" height="400"></amp-img>',
        f'<image src="{REAL}">',
        f'<img data-src=" //img.example/real.jpg " src="{PIXEL}">',
    ],
)
def test_the_real_picture_is_found(html: str):
    assert _pictures(html) == [REAL]
    assert _covers(html) == [REAL]


def test_commas_in_addresses_of_a_set_belong_to_them():
    cloud = "https://img.example/w_800,h_600/a.jpg"

    assert _pictures(f'<img srcset="https://img.example/w_80,h_60/a.jpg 80w, {cloud} 800w">') == [
        cloud
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://pixel.example/b.gif?host=x" width="1" height="1">',
        '<img src="https://pixel.example/b.gif" width=0>',
        '<img src="https://pixel.example/b.gif" height="1px" width="600">',
        '<img src="https://pixel.example/b.gif" style="width: 1px; height:1px">',
        '<img src="https://pixel.example/b.gif" style="display:none">',
        '<noscript><img height="1" width="1" src="https://pixel.example/tr?id=1"></noscript>',
        "<img>",
        '<img src="">',
    ],
)
def test_pictures_that_only_count_visits_are_left_out(html: str):
    assert _pictures(f"<p>文</p>{html}") == []


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://s.example/core/emoji/72x72/1f600.png" class="wp-smiley" alt="😀">',
        '<img src="https://s.example/x.png" class="emoji" alt="😀" width="16" height="16">',
        '<img src="https://twemoji.example/2/72x72/1f600.png" alt="😀">',
    ],
)
def test_emoji_in_pictures_become_letters(html: str):
    assert sanitise(readied(f"<p>好{html}</p>").html) == "<p>好😀</p>"


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://s.example/images/core/emoji/72x72/1f600.png" style="height: 1em;">',
        '<img src="https://s.example/x.png" class="wp-smiley">',
        '<img src="https://img.example/icon.png" width="16" height="16">',
        '<img src="https://v.example/clip.mp4">',
        '<img src="/static/placeholder.png">',
    ],
)
def test_what_is_no_picture_to_look_at_is_never_a_cover(html: str):
    assert _covers(html + f'<img src="{REAL}">') == [REAL]


def test_sizes_and_words_of_a_picture_stay():
    html = f'<img src="{REAL}" alt="一&quot;二" title="三" width="600" height="400" onclick="x">'

    assert sanitise(readied(html).html) == (
        f'<img src="{REAL}" alt="一&quot;二" title="三" width="600" height="400">'
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>投稿 editor@field.example 谢谢</p>",
        "<p>投稿 editor&#64;field.example 谢谢</p>",
        "<p>投稿 editor&#x40;field.example 谢谢</p>",
        "<p>投稿 editor&commat;field.example 谢谢</p>",
        "<p>投稿 editor＠field.example 谢谢</p>",
        '<p>投稿 <a href="mailto:editor@field.example">editor@field.example</a> 谢谢</p>',
        '<p>投稿 <a href="https://a.example/?to=editor@field.example">写信</a> 谢谢</p>',
        '<p>投稿 <a href="https://a.example/?to=editor%40field.example">写信</a> 谢谢</p>',
        '<p>投稿 <img src="https://t.example/open?who=editor%40field.example"> 谢谢</p>',
        '<p>投稿 <abbr title="editor@field.example">邮</abbr> 谢谢</p>',
        f'<p>投稿 <img src="{REAL}" alt="editor@field.example"> 谢谢</p>',
        '<p>投稿 <a title="editor@field.example" href="https://a.example/">x</a> 谢谢</p>',
    ],
)
def test_no_address_of_e_mail_is_published(html: str):
    shown = sanitise(readied(html, base=BASE).html)

    assert "field.example" not in shown
    assert "投稿" in shown
    assert "谢谢" in shown


@pytest.mark.parametrize(
    "text",
    ["photo@2x.png", "https://medium.example/@name", "@name@social.example", "git@host.example:x"],
)
def test_what_only_looks_like_an_address_stays(text: str):
    assert text in readied(f"<p>{text}</p>").html


def test_ordinary_html_is_not_touched():
    html = "<p>一<b>二</b></p><ul><li>三</li></ul><pre><code>四</code></pre>"

    assert readied(html).html is html
