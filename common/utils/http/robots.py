"""Programs that fetch pages without anybody reading them, by the names that they give themselves.

What they do counts nowhere (docs/figures.md). Tools that people write scripts with are not among
them: who uses one may be a reader.
"""

from __future__ import annotations

from typing import Any, Final

from common.utils.background import memories

# Parts of user agents, in small letters. "bot" alone would be a make of phones, too.
NAMES: Final = (
    "bot/",
    "bot;",
    "bot)",
    "-bot",
    "spider",
    "crawler",
    "slurp",
    "adsbot",
    "facebookexternalhit",
    "feedfetcher",
    "ia_archiver",
    "mediapartners-google",
    "monitoring",
    "pingdom",
    "preview",
    "uptime",
    "validator",
)

UNREAD: Final = ("HEAD", "OPTIONS")


def is_reading(environ: dict[str, Any]) -> bool:
    """Whether somebody may be reading what is answered: there is a body, and no robot asks."""
    agent: str | None = environ.get("HTTP_USER_AGENT")
    return environ["REQUEST_METHOD"] not in UNREAD and not (agent and is_robot(agent))


@memories.cached("user_agents", size=4096)
def is_robot(user_agent: str) -> bool:
    """Whether a program says of itself that it is one."""
    lowered = user_agent.lower()
    return any(name in lowered for name in NAMES)
