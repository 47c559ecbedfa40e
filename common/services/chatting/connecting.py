"""Who answers in the chat, as this process is configured.

Bound by ``im`` alone, after the parts that all processes have: gRPC costs each one that imports it
some thirty megabytes.
"""

from __future__ import annotations

from common.rpc.chatbot.client import chatbot
from common.services import warming
from common.services.chatting import bot
from common.settings import Settings


def init(settings: Settings) -> None:
    """Set who answers: the configured server, or else the bot in this process. Connects nothing."""
    if not settings.rpc__chatbot:
        warming.warm()  # the bot reads what people write
    chatbot.bind(
        settings.rpc__chatbot,
        otherwise=bot.answer,
        ca_file=settings.rpc__ca_file,
        seconds=settings.chat_rpc_timeout_ms / 1000,
    )
