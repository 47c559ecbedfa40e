"""What the published document of the readers' API promises: status and members of each answer.

Facts of tests/contract/published-api.json (key ``user``) in a form of our own; a test compares
the two. An indented line lists members of ``data``: ``name:type``, ``name{...}`` an object,
``name[...]`` a list of objects; ``?`` may be absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_PARTS = re.compile(r"[\]}]|[a-z_]+\??(?:[{\[]|:[a-z]+(?:\[\])?)")

OPERATIONS = """
200 GET /app/
200 GET /app/imtest/:event
200 GET /app/v1_0/announcements
    page:integer per_page:integer results[title:string id:integer pubdate:string]
    total_count:integer
200 GET /app/v1_0/announcements/:target
    id:integer title:string content:string pubdate:string
200 GET /app/v1_0/article/collections
    page:integer per_page:integer results[art_id:integer title:string aut_id:integer
    aut_name:string comm_count:integer pubdate:string cover{type:integer images:string[]}
    like_count:integer collect_count:integer is_liking:boolean] total_count:integer
201 POST /app/v1_0/article/collections
    target:integer
204 DELETE /app/v1_0/article/collections/:target
201 POST /app/v1_0/article/dislikes
    target:integer
204 DELETE /app/v1_0/article/dislikes/:target
201 POST /app/v1_0/article/likings
    target:integer
204 DELETE /app/v1_0/article/likings/:target
201 POST /app/v1_0/article/reports
    target:integer type:integer
200 GET /app/v1_0/articles
    page:integer per_page:integer results[art_id:integer title:string aut_id:integer
    aut_name:string comm_count:integer pubdate:string is_top:integer cover{type:integer
    images:string[]} trace?{click:string collect:string share:string read:string}]
200 GET /app/v1_0/articles/:article_id
    art_id:integer title:string pubdate:string aut_id:integer aut_name:string
    aut_photo:string is_followed:boolean attitude:integer content:string
    recomments[art_id:integer title:string tracking:string] is_collected:boolean
201 POST /app/v1_0/authorizations
    token:string refresh_token:string
201 PUT /app/v1_0/authorizations
    token:string
200 GET /app/v1_0/channels
    channels[id:integer name:string]
201 POST /app/v1_0/comment/likings
    target:integer
204 DELETE /app/v1_0/comment/likings/:target
200 GET /app/v1_0/comments
    total_count:integer end_id:integer last_id:integer results[com_id:integer aut_id:integer
    aut_name:string aut_photo:string like_count:integer reply_count:integer pubdate:string
    content:string is_top:integer is_liking:boolean]
201 POST /app/v1_0/comments
    com_id:integer target:integer art_id:integer
201 POST /app/v1_0/reading/durations
200 GET /app/v1_0/search
    page:integer per_page:integer results[art_id:integer title:string aut_id:integer
    aut_name:string comm_count:integer pubdate:string cover{type:integer images:string[]}
    like_count:integer collect_count:integer] total_count:integer
204 DELETE /app/v1_0/search/histories
200 GET /app/v1_0/search/histories
    keywords:string[]
200 GET /app/v1_0/sms/codes/:mobile
    mobile:string
200 GET /app/v1_0/suggestion
    options:string[]
200 GET /app/v1_0/user
    id:integer name:string photo:string is_media:integer intro:string certi:string
    art_count:integer follow_count:integer fans_count:integer like_count:integer
200 GET /app/v1_0/user/articles
    page:integer per_page:integer results[art_id:integer title:string aut_id:integer
    aut_name:string comm_count:integer pubdate:string cover{type:integer images:string[]}
    like_count:integer collect_count:integer] total_count:integer
201 POST /app/v1_0/user/blacklists
    target:integer
204 DELETE /app/v1_0/user/blacklists/:target
204 DELETE /app/v1_0/user/channels
200 GET /app/v1_0/user/channels
    channels[id:integer name:string]
201 PATCH /app/v1_0/user/channels
    channels[id:integer seq:integer]
201 POST /app/v1_0/user/channels
    channels[id:integer seq:integer]
201 PUT /app/v1_0/user/channels
    channels[id:integer seq:integer]
204 DELETE /app/v1_0/user/channels/:target
201 PUT /app/v1_0/user/channels/:target
    id:integer seq:integer
200 GET /app/v1_0/user/figure
    fans_count:integer read_count:integer
200 GET /app/v1_0/user/followers
    total_count:integer page:integer per_page:integer results[id:integer name:string
    photo:string fans_count:integer mutual_follow:boolean]
200 GET /app/v1_0/user/followings
    total_count:integer page:integer per_page:integer results[id:integer name:string
    photo:string fans_count:integer mutual_follow:boolean]
201 POST /app/v1_0/user/followings
    target:integer
204 DELETE /app/v1_0/user/followings/:target
200 GET /app/v1_0/user/histories
    page:integer per_page:integer results[art_id:integer title:string aut_id:integer
    aut_name:string comm_count:integer pubdate:string cover{type:integer images:string[]}
    like_count:integer collect_count:integer is_liking:boolean] total_count:integer
200 PATCH /app/v1_0/user/photo
    id:integer photo:string id_card_front:string id_card_back:string id_card_handheld:string
200 GET /app/v1_0/user/profile
    id:integer name:string photo:string mobile:string gender:integer birthday:string
200 PATCH /app/v1_0/user/profile
    id:integer name:string photo:string gender:integer birthday:string real_name:string
    id_number:string id_card_front:string id_card_back:string id_card_handheld:string
    intro:string
200 GET /app/v1_0/users/:target
    id:integer name:string photo:string is_media:integer intro:string certi:string
    art_count:integer follow_count:integer fans_count:integer like_count:integer
    is_following:boolean is_blacklist:boolean
200 GET /app/v1_0/users/:user_id/articles
    page:integer per_page:integer results[art_id:integer title:string aut_id:integer
    aut_name:string comm_count:integer pubdate:string cover{type:integer images:string[]}
    like_count:integer collect_count:integer is_liking:boolean] total_count:integer
200 GET /app/v1_1/articles
    pre_timestamp:integer results[art_id:integer title:string aut_id:integer aut_name:string
    comm_count:integer pubdate:string is_top:integer cover{type:integer images:string[]}
    trace?{click:string collect:string share:string read:string}]
"""


class Operation(NamedTuple):
    """One published operation; ``members`` are the lines that ``published.missing`` reads."""

    entry: str
    status: int
    members: str


def operations() -> Iterator[Operation]:
    """All of them, as documented."""
    for block in re.split(r"\n(?=\d)", OPERATIONS.strip()):
        head, *rest = block.split("\n")
        status, entry = head.split(" ", 1)
        yield Operation(entry, int(status), "\n".join(_flat(" ".join(rest))))


def _flat(members: str) -> Iterator[str]:
    """``a{b:string}`` as the lines ``data.a object`` and ``data.a.b string``."""
    path = ["data"]
    for part in _PARTS.findall(members):
        if part in "]}":
            path.pop()
        elif part[-1] in "[{":
            optional = "?" if part[-2] == "?" else ""
            path.append(part[:-1].rstrip("?"))
            yield f"{'.'.join(path)} object{'[]' if part[-1] == '[' else ''}{optional}"
        else:
            name, kind = part.split(":")
            yield f"{'.'.join(path)}.{name} {kind}"
