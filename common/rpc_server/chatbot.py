"""The chatbot on the wire (contract/rpc.md §2)."""

from __future__ import annotations

from typing import Any

import grpc
import structlog

from common.extensions.db import session_scope
from common.rpc.calling import REQUEST_ID
from common.rpc.chatbot.chatbot_pb2 import ReceivedMessage, ResponsedMessage
from common.rpc.chatbot.chatbot_pb2_grpc import ChatBotServiceServicer
from common.services.chatting import bot
from common.utils import clock
from common.utils.observing import acting, request_id

log = structlog.get_logger(__name__)


class ChatBot(ChatBotServiceServicer):
    """Answers what people type into the chat."""

    def Chatbot(self, request: ReceivedMessage, context: Any) -> ResponsedMessage:  # noqa: N802 - a name of the wire
        """What the bot says; it always says something."""
        request_id.begin(dict(context.invocation_metadata()).get(REQUEST_ID))
        acting.begin()
        try:
            with session_scope():
                said = bot.answer(request.user_message, request.user_id)
        except Exception:  # the edge of this process: others are to be answered
            log.exception("chat_failed")
            context.abort(grpc.StatusCode.INTERNAL, "the bot failed")
            raise AssertionError("unreachable") from None
        return ResponsedMessage(user_response=said, create_time=clock.now_ms() // 1000)
