"""Dictionaries are loaded by whoever asks first, also if two do at once."""

from __future__ import annotations

import subprocess
import sys

# Half way through, another thread begins at the other end of the same circle of imports.
LOADED_BY_TWO = """
import sys, threading, time
from common.utils.text import dictionaries

class HalfWay:
    def find_spec(self, name, path=None, target=None):
        if name == "pypinyin.core":
            sys.meta_path.remove(self)
            other.start()
            time.sleep(0.5)

found = []
other = threading.Thread(target=lambda: found.append(dictionaries.without_tone("chóng")))
sys.meta_path.insert(0, HalfWay())
found.append(dictionaries.syllables()[ord("一")].split(",")[0])
other.join()
print(sorted(found))
"""


def test_two_threads_that_load_sounds_at_once_both_get_them():
    program = (sys.executable, "-c", LOADED_BY_TWO)

    done = subprocess.run(program, capture_output=True, text=True, check=True)

    assert done.stdout == "['chong', 'yī']\n"
    assert done.stderr == ""
