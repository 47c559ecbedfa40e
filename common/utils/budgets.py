"""How much a user may write: budgets per user, shared by what belongs together, at both doors.

Contract: user-app.md §1.10.
"""

from __future__ import annotations

from typing import Final

from common.utils.http.limiting import limited

attitudes_limited = limited("60 per minute", scope="attitudes")
collections_limited = limited("60 per minute", scope="collections")
comments_limited = limited("60 per minute", scope="comments")
relations_limited = limited("60 per minute", scope="relations")
# A window that types sends one every five seconds; a diff reads megabytes.
autosaves_limited = limited("120 per minute", scope="autosaves")
diffs_limited = limited("60 per minute", scope="diffs")
reports_limited = limited("10 per hour", scope="reports")
durations_limited = limited("120 per minute", scope="durations", by="address")

SEARCHES_AT_ONCE: Final = 2  # of one user in one process (contract/security.md row 78)
