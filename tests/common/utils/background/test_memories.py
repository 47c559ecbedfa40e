"""Memories of a process are bounded, counted, and forgotten together."""

from __future__ import annotations

import itertools
from collections.abc import MutableMapping

import pytest

from common.utils.background import memories
from common.utils.background.memories import Memory, expiring

_numbers = itertools.count()


@pytest.fixture
def name() -> str:
    return f"test {next(_numbers)}"


def test_a_full_memory_forgets_everything_and_goes_on(name):
    memory: Memory[int, int] = Memory(name, size=3)

    for number in range(4):
        memory.remember(number, number)

    assert dict(memory) == {3: 3}
    assert memories.sizes()[name] == 1


def test_all_memories_are_forgotten_together(name):
    memory: Memory[int, int] = Memory(name, size=3)
    memory.remember(1, 1)
    table: MutableMapping[int, int] = expiring(f"{name} for a while", size=3, seconds=60)
    table[1] = 1

    memories.forget_all()

    assert memories.sizes()[name] == memories.sizes()[f"{name} for a while"] == 0


def test_two_memories_cannot_have_one_name(name):
    Memory(name, size=1)

    with pytest.raises(ValueError, match="there is a memory"):
        Memory(name, size=1)
