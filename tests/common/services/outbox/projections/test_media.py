"""Stored objects that nothing names any more are removed (user-app.md §4.5)."""

import pytest

from common.errors import DependencyUnavailable
from common.extensions.db import transaction
from common.extensions.storage import storage
from common.schemas.events.media import ObjectsDropped
from common.services import outbox
from common.services.outbox.dispatch import effects_in
from common.services.outbox.effects import MalformedPayload, StoredEffect
from common.services.outbox.projections.media import TOPIC, deliver
from common.utils.storage import object_key
from tests.support.clients.uploading import JPEG
from tests.support.harness.outbox import relay_everything


def stored(*, private=False):
    key = object_key("id-card", b"", extension="jpg", private=private)
    storage().put(key, JPEG, "image/jpeg", private=private)
    return key


def effect(payload):
    return StoredEffect(id=1, payload=payload, created_at=None, deadline_ms=0)


def test_each_object_is_an_effect_with_a_key_that_fits():
    keys = tuple(object_key("id-card", b"", extension="jpg", private=True) for _ in range(2))

    effects = effects_in(TOPIC, ObjectsDropped(keys=keys))

    assert [each.payload for each in effects] == [{"key": key} for key in keys]
    assert len({each.agg_key for each in effects}) == 2
    assert all(len(each.agg_key) <= 64 for each in effects)


@pytest.mark.parametrize("private", [True, False])
def test_the_relay_removes_the_objects(runtime, private):
    dropped, kept = stored(private=private), stored(private=private)
    with transaction():
        outbox.add(ObjectsDropped(keys=(dropped,)))
    at_first = storage().exists(dropped)

    relay_everything()

    assert (at_first, storage().exists(dropped), storage().exists(kept)) == (True, False, True)


def test_an_object_that_is_gone_already_is_no_failure(runtime):
    key = stored()

    for _ in range(2):
        deliver([effect({"key": key})])

    assert not storage().exists(key)


@pytest.mark.parametrize("payload", [{}, {"key": 7}, {"key": None}])
def test_a_row_without_a_key_fails_alone(runtime, payload):
    with pytest.raises(MalformedPayload):
        deliver([effect(payload)])


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "/etc/passwd", "a/../b"])
def test_a_row_with_a_key_that_cannot_be_fails_alone(runtime, key):
    with pytest.raises(ValueError, match="malformed"):
        deliver([effect({"key": key})])


def test_a_storage_that_is_away_blames_no_row(runtime):
    key = stored()
    folder = runtime.data_dir / "media"
    folder.rename(folder.with_name("aside"))
    folder.write_bytes(b"")

    with pytest.raises(DependencyUnavailable):
        deliver([effect({"key": key})])
