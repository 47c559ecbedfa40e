"""Article HTML: nothing executes, nothing points where it must not, and the text stays."""

from __future__ import annotations

import re

import pytest

from common.utils.text.html import (
    is_acceptable_url,
    measure,
    pictures_of,
    sanitise,
    text_of,
)

TAB, NEWLINE, NUL = "\t", "\n", "\x00"

EXECUTING = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "<<script>alert(1);//<</script>",
    "<script>alert(1)",
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    '<img src="x" OnErRoR="alert(1)">',
    "<img/src=x/onerror=alert(1)>",
    "<img src=x:x onerror\n=\nalert(1)>",
    '<img """><script>alert(1)</script>">',
    "<img src=`javascript:alert(1)`>",
    "<img src='javascript:alert(1)'>",
    "<img src=JaVaScRiPt:alert(1)>",
    "<img src=jav&#x09;ascript:alert(1)>",
    "<img src=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>",
    "<img src=&#0000106&#0000097&#0000118&#0000097&#0000115&#0000099&#0000114ipt:alert(1)>",
    "<img dynsrc=javascript:alert(1)><img lowsrc=javascript:alert(1)>",
    "<img srcset='x 1x, javascript:alert(1) 2x'>",
    '<a href="javascript:alert(1)">text</a>',
    f'<a href="java{TAB}script:alert(1)">text</a>',
    f'<a href="java{NEWLINE}script:alert(1)">text</a>',
    f'<a href="{NUL}javascript:alert(1)">text</a>',
    '<a href="  javascript:alert(1)">text</a>',
    '<a href="&#14;javascript:alert(1)">text</a>',
    '<a href="javascript&colon;alert(1)">text</a>',
    '<a href="javascript&#58;alert&lpar;1&rpar;">text</a>',
    '<a href="vbscript:msgbox(1)">text</a>',
    '<a href="data:text/html,<script>alert(1)</script>">text</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">text</a>',
    '<a href="feed:javascript:alert(1)">text</a>',
    '<a href="view-source:javascript:alert(1)">text</a>',
    "<a href=x onclick=alert(1) onmouseover=alert(1)>text</a>",
    '<a xlink:href="javascript:alert(1)">text</a>',
    '<a href="https://example.com" ping="https://evil.example">text</a>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script href=data:,alert(1) /></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x"></svg>',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<svg><desc><p><style><!--</style><img src=x onerror=alert(1)>--></style></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></foreignObject></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=alert(1)>">',
    '<math href="javascript:alert(1)">text</math>',
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<template><script>alert(1)</script></template>",
    "<template><img src=x onerror=alert(1)></template>",
    '<iframe src="javascript:alert(1)"></iframe>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<iframe srcdoc="&lt;img src=x onerror=alert(1)&gt;"></iframe>',
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    '<object data="javascript:alert(1)"></object>',
    '<object data="data:text/html;base64,PHNjcmlwdD4="></object>',
    '<embed src="javascript:alert(1)">',
    "<applet code=x></applet>",
    '<base href="https://evil.example/"><a href="x">text</a>',
    '<link rel=stylesheet href="https://evil.example/x.css">',
    '<link rel=import href="https://evil.example/">',
    '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
    "<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    '<p style="background:url(javascript:alert(1))">text</p>',
    '<p style="width:expression(alert(1))">text</p>',
    '<p style="position:fixed;inset:0">text</p>',
    '<div style="behavior:url(#default#time2)" onbegin=alert(1)>text</div>',
    '<body onload=alert(1) background="javascript:alert(1)">text',
    "<html onmouseover=alert(1)>text",
    '<form action="javascript:alert(1)"><input type=submit></form>',
    '<form><button formaction="javascript:alert(1)">text</button></form>',
    "<input autofocus onfocus=alert(1)>",
    "<input type=image src=x onerror=alert(1)>",
    "<select autofocus onfocus=alert(1)><option>text</select>",
    "<textarea autofocus onfocus=alert(1)>text</textarea>",
    "<keygen autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<video src=x onloadstart=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>text</details>",
    "<marquee onstart=alert(1)>text</marquee>",
    "<isindex type=image src=x onerror=alert(1)>",
    "<table background=javascript:alert(1)><td background=javascript:alert(1)>text",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<!DOCTYPE x [<!ENTITY y '<script>alert(1)</script>'>]>&y;",
    "<xss onpointerenter=alert(1) style=display:block>text</xss>",
    "<custom-element onfocus=alert(1) tabindex=1>text</custom-element>",
    "<p onclick=alert(1) onfocus=alert(1) contenteditable>text</p>",
    "<p id=x name=y class=z data-bind=alert(1) slot=w is=v>text</p>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<listing>&lt;img onerror=alert(1) src=x&gt;</listing>",
    "<noembed><img src=x onerror=alert(1)></noembed>",
    "<code class='x onerror=alert(1)'>text</code>",
    "<img title='\"><script>alert(1)</script>' src='https://example.com/x.png'>",
    '<img alt="<script>alert(1)</script>" src=/media/x.png>',
    "<p>" * 500 + "<script>alert(1)</script>",
]

_ALLOWED_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|caption|code|col|colgroup|dd|del|div|dl|dt|em|figcaption|figure|"
    r"h[1-6]|hr|i|img|input|ins|kbd|label|li|mark|ol|p|pre|q|s|samp|small|span|strong|sub|sup|"
    r"table|tbody|td|tfoot|th|thead|tr|u|ul|var)"
    r"(?: (?:href|title|class|src|alt|width|height|checked|disabled|type|start|colspan|rowspan|"
    r'align|data-type|data-checked|rel)="[^"<>]*")*>'
)


@pytest.mark.parametrize("vector", EXECUTING)
def test_nothing_that_could_execute_survives(vector: str) -> None:
    kept = sanitise(vector)

    rest = _ALLOWED_TAG.sub("", kept)
    assert "<" not in rest
    assert not re.search(r"javascript|vbscript|data:|evil\.example", "".join(_attributes(kept)))
    assert sanitise(kept) == kept


def _attributes(html: str) -> list[str]:
    return re.findall(r'(?:href|src)="[^"]*"', html)


def test_the_words_around_an_attack_stay() -> None:
    html = "<p>前<b onclick=x>中</b><script>坏</script><form>后</form></p>"

    assert text_of(sanitise(html)) == "前中\n后"


def test_formatting_code_tables_pictures_and_task_lists_stay() -> None:
    html = (
        "<h2>标题</h2><p><strong>粗</strong><em>斜</em><br>行</p>"
        '<pre><code class="language-python">a &lt; b</code></pre>'
        "<table><thead><tr><th>甲</th></tr></thead>"
        '<tbody><tr><td colspan="2" align="right">1</td></tr></tbody></table>'
        '<p><img src="/media/cover/ab/abc.jpg" alt="图" width="640"></p>'
        '<ul data-type="taskList"><li data-type="taskItem" data-checked="true">做</li></ul>'
        '<blockquote><p>引</p></blockquote><ol start="3"><li>三</li></ol><hr>'
    )

    assert sanitise(html) == html


def test_a_checkbox_of_a_task_list_stays_and_cannot_be_used() -> None:
    kept = sanitise("<ul><li><input type=checkbox checked> 做</li></ul>")

    assert 'type="checkbox"' in kept
    assert 'disabled=""' in kept


def test_links_open_without_rights_and_without_a_target() -> None:
    kept = sanitise('<a href="https://example.com/a?b=1" target="_blank" rel="opener">去</a>')

    assert kept == '<a href="https://example.com/a?b=1" rel="noopener nofollow ugc">去</a>'


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/", "http://example.com/a/b.png?x=1#y", "https://a.b.example.co.uk:8443/x",
        "https://example.com/%E4%B8%AD", "https://example.com/中文",
    ],
)  # fmt: skip
def test_web_addresses_on_public_names_are_acceptable(url: str) -> None:
    assert is_acceptable_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example/x", "/x", "x.png", "#part", "", "ftp://example.com/x", "file:///etc/passwd",
        "mailto:a@example.com", "gopher://example.com", "https://user:secret@example.com/",
        "https://good.example@evil.example/", "http://127.0.0.1/", "http://127.1/", "http://2130706433/",
        "http://0x7f.0.0.1/", "http://[::1]/", "http://192.168.1.1/reset", "http://localhost/",
        "http://localhost.:8000/", "http://printer.local/", "http://router/", "https://xn--80ak6aa92e.com/",
        "https://аpple.com/", "https://example.com\\@evil.example/", "https:\\\\example.com",
        "https://exa mple.com/", "https://example.com/a\nb", "https://example..com/", "https://-a.com/",
        "http:example.com", "https://example.com:port/", "https://[::1",
        "https://" + "a" * 3000 + ".com/",
    ],
)  # fmt: skip
def test_other_addresses_are_not(url: str) -> None:
    assert not is_acceptable_url(url)
    assert sanitise(f'<img src="{url}">') == ""


@pytest.mark.parametrize(
    "source",
    [
        "/media/../secrets/x", "/media//evil.example/x.png", "/media/", "/media/.hidden",
        "/media/a?b=c", "/media/a b.png", "/media/%2e%2e/x", "/mediax/a.png",
    ],
)  # fmt: skip
def test_only_wellformed_keys_are_pictures_of_our_own(source: str) -> None:
    assert sanitise(f'<img src="{source}">') == ""


def test_a_link_whose_address_is_refused_keeps_its_text() -> None:
    assert text_of(sanitise('<a href="ftp://example.com">文件</a>')) == "文件"


def test_pictures_are_found_in_order_and_may_be_replaced() -> None:
    embedded = "data:image/png;base64,iVBORw0KGgo="
    html = (
        f'<p><img src="{embedded}"></p><img src="//evil.example/x.png"><img src=" /media/b.jpg ">'
    )

    assert pictures_of(html) == [embedded, "//evil.example/x.png", "/media/b.jpg"]
    assert sanitise(html, pictures={embedded: "/media/a.png"}) == (
        '<p><img src="/media/a.png"></p><img src="/media/b.jpg">'
    )


def test_a_replacement_must_be_acceptable_itself() -> None:
    assert sanitise('<img src="/media/a.png">', pictures={"/media/a.png": "javascript:x"}) == ""


def test_text_has_one_line_per_block_and_no_markup() -> None:
    html = (
        "<h2>甲&amp;乙</h2><p>一  二&nbsp;三<br>四 &lt;b&gt;</p>"
        "<script>x</script><ul><li>五<li>六</ul>"
    )

    assert text_of(html) == "甲&乙\n一 二 三\n四 <b>\n五\n六"


def test_text_without_any_markup_is_itself() -> None:
    assert text_of("今天喝粥！") == "今天喝粥！"
    assert sanitise("今天喝粥！") == "今天喝粥！"


def test_characters_and_pictures_that_a_reader_sees_are_counted() -> None:
    html = (
        '<h2>甲&amp;乙</h2><p>一  二&nbsp;<img src="/media/1.png" alt="图">&lt;img&gt;</p>'
        "<script>x</script><!-- <img> --><img src='/media/2.png'/>\n"
    )

    assert measure(html) == (len("甲&乙一二<img>"), 2)
    assert measure("") == (0, 0)


def test_large_and_hostile_bodies_are_read_in_linear_time() -> None:
    for body in ("<" * 50_000, "<a href=" * 20_000, "&" * 50_000, "<b>" * 2_000 + "x"):
        assert "<script" not in sanitise(body)
        assert measure(body).chars == len("".join(text_of(body).split()))


@pytest.mark.parametrize(
    "html",
    [
        '<h1 class="ql-align-center">题</h1>',
        '<pre class="ql-syntax">x = 1\n</pre>',
        '<ul><li class="ql-indent-1">点</li></ul>',
        '<p class="ql-align-right ql-direction-rtl">右</p>',
        '<p><strong class="ql-size-large">大</strong><span class="ql-font-serif">体</span></p>',
        '<p><a class="ql-size-large" href="https://a.test/" rel="noopener nofollow ugc">链</a></p>',
        '<table><tbody><tr><td class="ql-align-justify">格</td></tr></tbody></table>',
    ],
)
def test_what_the_editor_quill_says_of_a_text_is_kept(html):
    assert sanitise(html) == html


@pytest.mark.parametrize(
    "classes",
    ["btn", "ql-hidden", "ql-align-", "ql-align-<x>", "ql-align-center-x-y-z", "QL-ALIGN-CENTER"],
)
def test_no_other_class_is_kept(classes):
    kept = sanitise(f'<p class="{classes} ql-indent-2\nx">字</p><b class="ql-syntax">字</b>')

    assert kept.startswith('<p class="ql-indent-2">字</p>')
    assert kept.count("class") == 1
