"""What a process keeps in memory is registered, so that it is seen and forgotten with the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.sources.keeping import Kept, unregistered, unregistered_in

ELSEWHERE = Path("common/utils/clock.py")
# Kept on purpose, and not forgotten.
EXPLAINED = {
    # The names of columns and tables are the program's own.
    Kept("common/extensions/db/bulk.py", "_statement"),
    # Of one piece of work, and gone with it.
    Kept("common/cache/engine/loading.py", "_values"),
    Kept("common/extensions/db/bulk.py", "processor"),
    Kept("common/services/articles/publication_times.py", "_next"),
    Kept("common/services/comments/fates.py", "moves"),
    Kept("common/services/comments/threads.py", "_below"),
    Kept("common/services/importing/pictures.py", "_owned"),
    Kept("common/services/importing/xml_mending.py", "_never_closed"),
    Kept("common/services/moderation/segments.py", "_looks"),
    Kept("common/services/writing/contents/embedded.py", "_keys"),
    # One for each node of a cluster: what it knows of a node's failures is what it is for.
    Kept("common/extensions/redis/cluster.py", "_breakers"),
    # One for each route.
    Kept("common/extensions/web/routes.py", "_fixed"),
    Kept("common/extensions/web/routes.py", "_variable"),
    # One for each dependency: forgotten, they would say at once what has just been said.
    Kept("common/extensions/web/errors.py", "_complaints"),
    # Of two enumerations, for each article of each page.
    Kept("common/services/visibility/verdict.py", "of_visible"),
    # One for each class that describes a request.
    Kept("common/utils/parser.py", "_nullable"),
    Kept("common/utils/parser.py", "_repeatable"),
    # One for each name of an event that we know.
    Kept("im/figures.py", "_events"),
}


def test_what_is_kept_is_registered_or_explained():
    assert unregistered() - EXPLAINED == set(), "say common.utils.background.memories"


def test_nothing_is_explained_that_is_not_kept():
    assert EXPLAINED - unregistered() == set()


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("_found = {}", "_found"),
        ("_found: Final[dict[str, int]] = {}", "_found"),
        ("_found = defaultdict(list)", "_found"),
        ("class Hosts:\n    def __init__(self): self._found = OrderedDict()", "_found"),
        ("class Hosts:\n    _of = {}\n    def f(self, a): self._of[a] = 1", "_of"),
        ("@cache\ndef found(name): return name", "found"),
        ("@functools.lru_cache(maxsize=9)\ndef found(*, name): return name", "found"),
        (
            "class Hosts:\n    def __init__(self): self.found = lru_cache(9)(self._find)",
            "self._find",
        ),
        ("register('hosts', entries=_others.__len__)\n_found = {}", "_found"),
    ],
)
def test_what_nobody_registered_is_found(source, name):
    assert unregistered_in(ELSEWHERE, source) == {Kept(str(ELSEWHERE), name)}


@pytest.mark.parametrize(
    "source",
    [
        "_found = {}\nmemories.register('hosts', entries=_found.__len__, forget=_found.clear)",
        "_found = {}\ndef forget(): _found.clear()\nregister('hosts', entries=len, forget=forget)",
        "_found = Memory('hosts', size=9)",
        "@memories.cached('hosts', size=9)\ndef found(name): return name",
        "class Hosts:\n    def __init__(self): self._found = OrderedDict()\n"
        "_all: Family[Hosts] = Family('hosts', entries=len, forget=Hosts.forget)",
        "class Hosts:\n    def __init__(self): self._found = OrderedDict()\n"
        "hosts = Hosts()\nregister('hosts', entries=hosts.__len__, forget=hosts.clear)",
        "NAMES = {'a': 1}",
        "@cache\ndef table(): return 1",
        "class Work:\n    def __init__(self): self.done = {}",
        "class Work:\n    _of = {}\n    def f(self, a): self._of[a] = self._of.pop(1)",
    ],
)
def test_what_is_registered_or_no_memory_is_not(source):
    assert unregistered_in(ELSEWHERE, source) == set()
