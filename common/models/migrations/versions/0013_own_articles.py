"""An author's own list is answered from one index, whichever of its filters are set.

contract/data-model.md §2. The index in its order knew neither channels nor times, so that the list
of a channel looked at every row of the author.
"""

from common.models.migrations import steps

revision = "0013"
down_revision = "0012"

ARTICLES = "news_article_basic"
FORMER = "user_id article_id status"
COVERING = "user_id article_id status channel_id create_time"


def upgrade() -> None:
    """Add the wider index, then drop the one that it stands for."""
    steps.create_index(ARTICLES, COVERING)
    steps.drop_index(ARTICLES, FORMER)


def downgrade() -> None:
    """The reverse."""
    steps.create_index(ARTICLES, FORMER)
    steps.drop_index(ARTICLES, COVERING)
