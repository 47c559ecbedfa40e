"""Chat: what clients say goes to the bot in their order, and its answer back to who asked.

Contract: realtime.md §5. The bot is asked in real threads: one that never answers holds up nobody
but who talks to it, and him for no longer than :data:`ANSWER_SECONDS`.
"""

from __future__ import annotations

import math
import secrets
import time
from collections import deque
from typing import Any, Final

import eventlet
import structlog

from common.services.chatting import reply
from common.settings import Settings
from common.utils import clock
from im.engine.messages import event
from im.figures import ANSWERS
from im.limits import Messages
from im.node import NAMESPACES, Node
from im.sessions import Question, Session
from im.threads import Threads

log = structlog.get_logger(__name__)

CHAT: Final = "/chatbot"
MESSAGE: Final = "message"
MAX_CHARACTERS: Final = 500
MAX_QUESTIONS: Final = 6  # of a client: one that is being answered, and five behind it
ANSWER_SECONDS: Final = 3.3  # from the question; the failure has to be told within 3.5
ASKED_AT_ONCE: Final = 32
ASKED_BEHIND: Final = 128
TIDY_SECONDS: Final = 30.0

BUSY: Final = "您发得太快了，请稍后再发。"
UNFIT: Final = "请发送 1 至 500 个字的消息。"


class Chat:
    """The part of a node that passes chat on."""

    def __init__(self, node: Node, settings: Settings) -> None:
        self._node = node
        self._threads = Threads(node.mailbox, size=ASKED_AT_ONCE, most=ASKED_BEHIND, name="chat")
        self._messages = Messages()
        self._is_limited = not settings.is_demo
        self._greeting, self._failure = settings.im_greeting, settings.im_failure_text

    def start(self) -> None:
        """Begin to work; needs the hub."""
        for namespace in NAMESPACES:
            self._node.server.on(MESSAGE, self._said, namespace=namespace)
        eventlet.spawn_n(self._tidy_forever)

    def joined(self, session: Session, auth: dict[str, Any]) -> None:
        """Greet who came to chat; at ``/``, where notices are told, only who asks for it."""
        wish = auth.get("greeting", session.asked.first("greeting"))
        if self._greeting and (session.namespace == CHAT or str(wish) == "1"):
            eventlet.spawn_n(self._tell, session, self._greeting)

    def arrived(self, notice_ids: list[int]) -> None:
        """Nothing of chat is kept."""

    def _said(self, sid: str, *content: Any) -> dict[str, Any]:
        """A client says something; what he is told if he asked whether it arrived."""
        session = self._node.sessions.get(sid)
        if session is None:
            return {"ok": False, "error": "Gone."}
        session.heard_at = time.monotonic()
        text = _text_of(content)
        if text is None:
            return self._refuse(session, UNFIT)
        if not self._admits(session):
            ANSWERS.labels("busy").observe(0)
            return self._refuse(session, BUSY)
        question = Question(text, _timestamp_of(content), time.monotonic())
        if session.questions:
            session.questions.append(question)
        else:
            session.questions = deque([question])
            eventlet.spawn_n(self._answer, session, session.questions)
        return {"ok": True, "id": secrets.token_hex(8)}

    def _admits(self, session: Session) -> bool:
        if session.questions and len(session.questions) >= MAX_QUESTIONS:
            return False
        if not self._is_limited:
            return True
        return session.bucket.take() and self._messages.admits(session.room)

    def _refuse(self, session: Session, why: str) -> dict[str, Any]:
        self._tell(session, why)
        return {"ok": False, "error": why}

    def _answer(self, session: Session, questions: deque[Question]) -> None:
        """Answer one after the other, until there are no more."""
        while questions and self._node.sessions.get(session.sid) is session:
            self._tell(session, self._answer_to(session, questions[0]))
            questions.popleft()

    def _answer_to(self, session: Session, question: Question) -> str:
        answer = self._reply_to(session, question)
        took = time.monotonic() - question.asked_at
        ANSWERS.labels("failed" if answer is None else "answered").observe(took)
        return self._failure if answer is None else answer

    def _reply_to(self, session: Session, question: Question) -> str | None:
        """What the bot says; None if it says nothing in time."""
        left = ANSWER_SECONDS - (time.monotonic() - question.asked_at)
        if left <= 0:
            return None
        user_id = session.visitor.user_id
        whose = session.room if user_id is None else str(user_id)
        try:
            return self._threads.run(reply, question.text, whose, question.timestamp, seconds=left)
        except Exception as error:  # the edge of this process: whatever it is, he is told
            log.warning("question_unanswered", reason=type(error).__name__)
            return None

    def _tell(self, session: Session, text: str) -> None:
        about = {"msg": text, "timestamp": clock.now_ms() // 1000}
        self._node.tell(session, event(MESSAGE, about, namespace=session.namespace))

    def _tidy_forever(self) -> None:
        while True:
            eventlet.sleep(TIDY_SECONDS)
            self._messages.tidy()


def _text_of(content: tuple[Any, ...]) -> str | None:
    """What was said: a text, or the member ``msg``; None if that is none of 1 to 500 characters."""
    said = content[0] if content else None
    if isinstance(said, dict):
        said = said.get("msg")
    text = said.strip() if isinstance(said, str) else ""
    return text if 0 < len(text) <= MAX_CHARACTERS else None


def _timestamp_of(content: tuple[Any, ...]) -> int | None:
    """When the client says that it was said, as it counts; None: now."""
    said = content[0].get("timestamp") if isinstance(content[0], dict) else None
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        return None
    return int(said) if said >= 0 else None
