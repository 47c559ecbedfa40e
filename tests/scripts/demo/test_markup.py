"""Markdown of the demo's texts becomes the HTML that clients insert."""

from __future__ import annotations

from common.utils.text.html import sanitise
from scripts.demo.markup import captions, render

BODY = """**第一**段。

[插图] 一张图

- 甲
- 乙

```sql
select '[插图] 不是图' where a < 1;
```

[插图] 又一张

## 小标题
"""


def test_pictures_stand_where_they_are_asked_for_with_their_captions():
    html = render(BODY, pictures=["/media/a.jpg", "/media/b.jpg"])

    assert captions(BODY) == ["一张图", "又一张"]
    assert '<p><img src="/media/a.jpg" alt="一张图"><br>\n<em>一张图</em></p>' in html
    assert html.index("/media/a.jpg") < html.index("<li>甲</li>") < html.index("/media/b.jpg")


def test_code_is_code_whatever_it_looks_like():
    html = render(BODY, pictures=["/media/a.jpg", "/media/b.jpg"])

    assert "<pre><code class=\"language-sql\">select '[插图] 不是图' where a &lt; 1;" in html


def test_html_in_the_text_is_text():
    html = render("好<script>alert(1)</script>吗 <b>x</b>")

    assert html == "<p>好&lt;script&gt;alert(1)&lt;/script&gt;吗 &lt;b&gt;x&lt;/b&gt;</p>"


def test_the_result_needs_no_further_cleaning():
    html = render(BODY, pictures=["/media/a.jpg", "/media/b.jpg"])

    assert sanitise(html) == html
