"""Asking the chatbot: a server of ours or of others, or what answers in this process.

contract/rpc.md §2, contract/realtime.md §5.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from common.errors import DependencyUnavailable
from common.rpc.calling import Method, Remote
from common.rpc.chatbot.chatbot_pb2 import ReceivedMessage, ResponsedMessage
from common.utils import clock

Answer = Callable[[str, str], str]  # text and user_id to the reply

SERVICE: Final = "chatbot"
MAX_SECONDS: Final = 3.0  # contract/realtime.md §5: whoever waits hears of a failure within 3.5 s
MAX_REPLY_CHARACTERS: Final = 2_000
FIRST_MS: Final = 10**11  # as seconds, that would be the year 5138
LAST_SECOND: Final = 2**31 - 1  # of the field on the wire
UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff]")


class Chatbot:
    """Whoever answers what people type into the chat."""

    def __init__(self) -> None:
        self._remote = Remote(SERVICE)
        self._ask = Method(self._remote, "/ChatBotService/Chatbot", ResponsedMessage)
        self._seconds = MAX_SECONDS
        self._in_process: Answer | None = None

    def bind(
        self,
        address: str,
        *,
        otherwise: Answer | None,
        ca_file: Path | None = None,
        seconds: float = MAX_SECONDS,
    ) -> None:
        """Set who answers. Connects nothing.

        :param address: of a server; empty: there is none
        :param otherwise: answers in this process when there is no server
        :param seconds: how long a server may think
        """
        self._remote.bind(address, ca_file=ca_file)
        self._in_process, self._seconds = otherwise, seconds

    def close(self) -> None:
        """Give the connection back."""
        self._remote.close()

    def reply(self, text: str, user_id: str, timestamp: int | None) -> str:
        """See :func:`reply`."""
        if self._remote.address:
            said = self._of_server(text, user_id, seconds_of(timestamp))
        elif self._in_process is not None:
            said = self._in_process(text, user_id)
        else:
            raise DependencyUnavailable(SERVICE, because="nobody was named to answer")
        shown = UNPRINTABLE.sub("", said).strip()[:MAX_REPLY_CHARACTERS]
        if not shown:
            raise DependencyUnavailable(SERVICE, because="an empty answer")
        return html.escape(shown, quote=False)

    def _of_server(self, text: str, user_id: str, seconds: int) -> str:
        message = ReceivedMessage(user_id=user_id, user_message=text, create_time=seconds)
        return self._ask(message, seconds=self._seconds).user_response


def seconds_of(timestamp: int | None) -> int:
    """Epoch seconds that fit the wire, of a client's time in seconds or milliseconds."""
    if timestamp is None:
        timestamp = clock.now_ms()
    seconds = timestamp // 1000 if timestamp >= FIRST_MS else timestamp
    return min(max(seconds, 0), LAST_SECOND)


chatbot = Chatbot()


def reply(text: str, user_id: str, timestamp: int | None = None) -> str:
    """What the bot says to ``text``: never empty, and escaped, so that it is text in any page.

    Blocks for three seconds at most; may be called from any thread.

    :param user_id: whose conversation it goes on: ``7``, ``anon:<hash>``, ``guest:<sid>``
    :param timestamp: of the message, epoch seconds or milliseconds; None: now
    :raises DependencyUnavailable: nobody answers in time, or with nothing
    """
    return chatbot.reply(text, user_id, timestamp)
