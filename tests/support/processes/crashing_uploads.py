"""A process whose children are killed while they upload pictures (contract/topology.md).

``python -m tests.support.processes.crashing_uploads SEED KILLS``, settings from the environment.
Each child uploads pictures, as an editor and as a guest, and deletes some; it is killed at a crash
point drawn at random, or at a random moment if it does not get there.
"""

from __future__ import annotations

import os
import random
import sys

from PIL import Image

from common.extensions.db import db, engine, init_db
from common.extensions.storage import init_storage
from common.services import outbox
from common.services.media import guests, library, materials
from common.settings import load
from common.utils import media
from common.utils.storage import local
from tests.support.clients.images import encoded
from tests.support.processes.crashing import CrashPoint, around, kill_one

EDITOR = 7
POINTS = (
    "none",  # a random moment
    "begin",  # before the row
    "noted",  # the row and its note are written, not committed
    "begun",  # committed, nothing stored
    "writing",  # before a file is written
    "scratch",  # a file is written under its scratch name
    "stored",  # all is stored
    "approving",  # before the row is approved
    "dated",  # it is, not committed
    "finished",  # committed, not answered
)


def live(dice: random.Random, ready: int) -> None:
    """What a child does until it is killed; a byte into ``ready`` when it begins."""
    crash = CrashPoint(dice.choice(POINTS), dice.randint(1, 4))
    outbox.add = around(outbox.add, crash, "begin", "noted")
    local._write = around(local._write, crash, "writing", "scratch")
    materials.put = around(materials.put, crash, "begun", "stored")
    materials._first = around(materials._first, crash, "approving", "dated")
    materials._finish = around(materials._finish, crash, "stored", "finished")
    os.write(ready, b".")
    while True:
        picture = encoded(Image.new("RGB", (30, 20), (dice.randrange(40), 0, 0)), "PNG")
        if dice.random() < 0.3:
            guests.upload("address", picture)
        else:
            uploaded = materials.upload(EDITOR, picture)
            if dice.random() < 0.3:
                library.delete(EDITOR, uploaded["id"])


def warm_up() -> None:
    """Bind what children inherit, without a connection."""
    settings = load()
    media.init(media_url="", default_avatar="")
    init_db(settings)
    init_storage(settings)
    guests.init(settings)
    materials.upload(EDITOR, encoded(Image.new("RGB", (30, 20)), "PNG"))
    db.session.remove()
    engine().dispose()


def main(seed: int, kills: int) -> None:
    """Kill so many children, one after the other."""
    warm_up()
    dice = random.Random(seed)
    for _ in range(kills):
        kill_one(dice, live)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
