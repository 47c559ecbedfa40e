"""Pictures on their way into the storage: all of them or none (user-app.md §4.4)."""

from contextlib import nullcontext

import pytest

from common.errors import DependencyUnavailable
from common.extensions.db import transaction
from common.extensions.storage import storage
from common.services.media import uploads
from common.services.media.uploads import Purpose
from common.utils.pictures import normalising
from tests.support.clients.uploading import PNG
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import stored_files

PICTURE = normalising.normalise(PNG)
PUBLIC = Purpose("avatar", label="profile photo", max_side=100)
PRIVATE = Purpose("id-card", label="id_card_front", max_side=100, private=True)


class Failure(Exception):
    """Something went wrong after the uploads."""


@pytest.mark.parametrize("purpose", [PUBLIC, PRIVATE])
def test_keys_begin_with_what_the_purpose_says(runtime, purpose):
    with uploads.all_or_nothing() as upload:
        key = upload.store(PICTURE, purpose)

    assert key.startswith(purpose.prefix)
    assert storage().exists(key)


def store_in_vain(*purposes):
    with uploads.all_or_nothing() as upload:
        for purpose in purposes:
            upload.store(PICTURE, purpose)
        raise Failure


def test_what_was_stored_is_dropped_when_the_rest_fails(runtime):
    with pytest.raises(Failure):
        store_in_vain(PUBLIC, PRIVATE)
    left_at_first = len(stored_files(runtime))

    relay_everything()

    assert (left_at_first, stored_files(runtime)) == (2, [])


def test_within_a_transaction_that_rolls_back_it_is_dropped_at_once(runtime):
    with pytest.raises(Failure), transaction():
        store_in_vain(PUBLIC)

    assert stored_files(runtime) == []


@pytest.mark.parametrize("around", [transaction, nullcontext])
def test_a_storage_that_is_away_is_what_the_caller_hears_of(runtime, around):
    (runtime.data_dir / "media").write_bytes(b"")

    with pytest.raises(DependencyUnavailable) as failed, around():
        store_in_vain(PUBLIC)

    assert failed.value.message == "Uploading profile photo image failed."
