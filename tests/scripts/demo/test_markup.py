"""Markdown of the demo's texts becomes the HTML that clients insert."""

from __future__ import annotations

from common.utils.text.html import sanitise
from scripts.demo.markup import Illustration, illustrations, render

BODY = """**第一**段。

[插图: 书架] 靠墙的书架

- 甲
- 乙

```sql
select '[插图: 书架] 不是书架' where a < 1;
```

[插图: 齿轮] 咬在一起的齿轮

## 小标题
"""


def test_pictures_stand_where_they_are_asked_for_with_their_captions():
    html = render(BODY, pictures=["/media/a.jpg", "/media/b.jpg"])

    assert illustrations(BODY) == [
        Illustration("书架", "靠墙的书架"),
        Illustration("齿轮", "咬在一起的齿轮"),
    ]
    assert '<p><img src="/media/a.jpg" alt="靠墙的书架"><br>\n<em>靠墙的书架</em></p>' in html
    assert html.index("/media/a.jpg") < html.index("<li>甲</li>") < html.index("/media/b.jpg")


def test_code_is_code_whatever_it_looks_like():
    html = render(BODY, pictures=["/media/a.jpg", "/media/b.jpg"])

    assert (
        "<pre><code class=\"language-sql\">select '[插图: 书架] 不是书架' where a &lt; 1;" in html
    )


def test_html_in_the_text_is_text():
    html = render("好<script>alert(1)</script>吗 <b>x</b>")

    assert html == "<p>好&lt;script&gt;alert(1)&lt;/script&gt;吗 &lt;b&gt;x&lt;/b&gt;</p>"


def test_the_result_needs_no_further_cleaning():
    html = render(BODY, pictures=["/media/a.jpg", "/media/b.jpg"])

    assert sanitise(html) == html
