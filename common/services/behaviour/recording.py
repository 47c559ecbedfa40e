"""What readers do, for statistics and recommenders, recorded off the request (contract/rpc.md §5).

Trace lines go to ``userClick.log``, events to the table ``behaviour_event``. An event READ without
``seconds`` is a counted view of an article's page, one with ``seconds`` is how long somebody
stayed. Every answer to a reader or an editor is a VISIT, noted at the edge; those of one subject
and address within a minute are one row. What robots do, and HEAD requests, is not recorded at all
(docs/figures.md). All of it is best effort: whatever breaks, a request never notices.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from common.schemas import traces
from common.services.behaviour import impressions
from common.services.behaviour.events import EXPOSURE, Event
from common.services.behaviour.recorder import Recorder
from common.settings import Settings
from common.utils import clock
from common.utils.background import process
from common.utils.constants import BehaviourKind, ReadSource
from common.utils.http import trace_header
from common.utils.observing import acting, visits

FILE = "userClick.log"
MAX_SECONDS = 86_400
MAX_KEYWORD = 50

# Each look at a member of an enumeration is a call.
_CHANNEL, _RECOMMENDATION = ReadSource.CHANNEL, ReadSource.RECOMMENDATION
_SOURCES = {
    traces.RECOMMENDED: ReadSource.RECOMMENDATION,
    traces.IN_CHANNEL: ReadSource.CHANNEL,
    traces.RELATED: ReadSource.RELATED,
}
_OWN_VIEWS = ("click", "read")  # what authors do to their own articles counts nowhere

_recorder: Recorder | None = None
_sink_setting = ""


def init(settings: Settings) -> None:
    """Begin recording, in ``LOGGING_FILE_DIR`` or ``logs`` of the data directory.

    Connects and opens nothing. Before this call everything is dropped.
    """
    global _recorder, _sink_setting
    directory = Path(settings.logging_file_dir or settings.data_dir.resolve() / "logs")
    path = directory / FILE
    if _recorder is None or (_recorder.path, _sink_setting) != (path, settings.trace_sink):
        close()
        _recorder = Recorder(path, impressions.sink_of(settings.trace_sink))
        _sink_setting = settings.trace_sink
    visits.send_to(_visit)


def expose(subject: str, channel_id: int, article_ids: Sequence[int]) -> None:
    """A feed page of the asked channel showed these articles to ``subject``.

    Each page is a trace line. In the table exposures are counted by article, channel and time.
    """
    if not article_ids:
        return
    source = _CHANNEL if channel_id else _RECOMMENDATION
    ids = tuple(article_ids)
    _add(Event(clock.now_ms(), EXPOSURE, subject, None, ids, channel_id, source=source))


def accept(
    header: str | None,
    *,
    action: str,
    subject: str | None,
    ip: str | None,
    article_id: int,
    channel_id: int,
    author_id: int | None = None,
    seconds: int | None = None,
) -> ReadSource | None:
    """Record the ``Trace`` header that a client echoed; returns where the link stood.

    None, and nothing is recorded, if it is no token of this, or the author looks at his own.

    :param action: the endpoint's own: ``click``, ``collect`` or ``read``
    :param subject: who really asks (his subject), whatever the header claims; None is a visitor
    :param seconds: how long the reader stayed, clamped to a day; of ``read`` only
    """
    algorithm = _algorithm_of(header, action, article_id)
    if algorithm is None or (action in _OWN_VIEWS and subject == str(author_id)):
        return None
    source = source_of(algorithm)
    # In the order of contract/rpc.md §5; a visitor has no identity to put in.
    names = (action, subject or "", str(article_id), algorithm)
    _add(
        Event(
            at_ms=clock.now_ms(),
            kind=BehaviourKind[action.upper()],
            subject=subject,
            ip=ip,
            article_ids=(article_id,),
            channel_id=channel_id,
            author_id=author_id,
            source=source,
            seconds=None if seconds is None else min(max(seconds, 0), MAX_SECONDS),
            trace=dict(zip(trace_header.KEYS, names, strict=True)),
        )
    )
    return source


def source_of(algorithm: str) -> ReadSource:
    """Where the link with this token stood; of tokens that do not say so, where they come from."""
    return _SOURCES.get(algorithm.rpartition(";")[2], _RECOMMENDATION)


def _algorithm_of(header: str | None, action: str, article_id: int) -> str | None:
    algorithm = trace_header.algorithm_of(header, action=action, article_id=article_id)
    if algorithm is not None or action != "read":
        return algorithm
    # What is shown beside an article carries one token, for opening it and for staying.
    beside = trace_header.algorithm_of(header, action="click", article_id=article_id)
    if beside is not None and source_of(beside) is ReadSource.RELATED:
        return beside
    return None


def record(
    kind: BehaviourKind,
    *,
    subject: str | None,
    ip: str | None,
    article_id: int | None = None,
    channel_id: int | None = None,
    author_id: int | None = None,
    source: ReadSource | None = None,
    keyword: str | None = None,
    missed: bool = False,
    at_ms: int | None = None,
) -> None:
    """Record an event that has no trace line: login, search, view.

    ``keyword`` is normalised here (contract/admin.md §3.5). ``missed``: nothing was found for it.
    ``at_ms`` says when, if not now.
    """
    _add(
        Event(
            at_ms=clock.now_ms() if at_ms is None else at_ms,
            kind=kind,
            subject=subject,
            ip=ip,
            article_ids=() if article_id is None else (article_id,),
            channel_id=channel_id,
            author_id=author_id,
            source=source,
            keyword=None if keyword is None else keyword.strip().lower()[:MAX_KEYWORD],
            missed=missed,
        )
    )


def flush() -> None:
    """Write what is there now, in the calling thread, which must be outside of SQL work."""
    if _recorder is not None:
        _recorder.flush()


def close() -> None:
    """Write what is there and stop recording until the next :func:`init`."""
    global _recorder
    visits.send_to(None)
    recorder, _recorder = _recorder, None
    if recorder is not None:
        recorder.close()


def _add(event: Event) -> None:
    if _recorder is not None and acting.is_counted():
        _recorder.add(event)


def _visit(subject: str | None, address: str, at: float) -> None:
    if _recorder is not None:
        _recorder.visit(subject, address, at)


def _start_anew() -> None:
    """A forked child has neither the thread nor the right to its parent's events."""
    global _recorder
    if _recorder is not None:
        _recorder.abandon()
        _recorder = Recorder(_recorder.path, _recorder.sink)


process.on_fork(_start_anew)
process.on_exit(close)
