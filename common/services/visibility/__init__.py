"""Who may see what: the one rule that all lists and pages decide by.

`verdict` is the rule on plain values, `articles` looks up what it needs, within stages that others
share, and `columns` does the same for pages that are asked for all the time. In SQL the rule is
`models/visibility.py`. contract/user-app.md §1.12.
"""

from common.services.visibility.articles import (
    People,
    VisibleArticle,
    WantedArticles,
    WantedPeople,
    blocked_by,
    find_visible_article,
    unwanted_by,
    visible_articles,
)
from common.services.visibility.columns import FOLLOWED, Judged, want_judged
from common.services.visibility.verdict import (
    Place,
    Verdict,
    is_shown,
    of_visible,
    person_verdict,
    verdicts,
)

__all__ = [
    "FOLLOWED",
    "Judged",
    "People",
    "Place",
    "Verdict",
    "VisibleArticle",
    "WantedArticles",
    "WantedPeople",
    "blocked_by",
    "find_visible_article",
    "is_shown",
    "of_visible",
    "person_verdict",
    "unwanted_by",
    "verdicts",
    "visible_articles",
    "want_judged",
]
