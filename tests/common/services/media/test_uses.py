"""Who uses which stored picture, and what becomes of one that nobody uses (additions.md §2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view, transaction
from common.extensions.storage import storage
from common.models import GuestUpload, Material, MaterialUse
from common.services.media import uses
from common.utils import clock, media
from common.utils.constants import MaterialStatus, MaterialUseKind
from common.utils.storage import keys
from tests.factories.user import MaterialFactory
from tests.support.clients.uploading import PNG
from tests.support.harness.outbox import relay_everything, topics

AUTHOR = 7
BODY, REVISION = MaterialUseKind.BODY, MaterialUseKind.REVISION
FIRST = "material/7/ab/" + "a" * 40 + ".png"
SECOND = "guest/cd/" + "b" * 40 + ".jpg"


@pytest.fixture(autouse=True)
def _runtime(runtime):
    """Every test here needs the stores."""


def stored(status=MaterialStatus.DELETED, *, name=b"one"):
    key = keys.material_key(AUTHOR, name, extension="png")
    MaterialFactory(user_id=AUTHOR, hash=key, status=status, review_time=clock.now())
    for each in (*keys.thumbnails_of(key), key):
        kind = "image/png" if each == key else "image/webp"
        storage().put(each, PNG, kind)
    return key


def record(*used, kind=BODY, holder_id=1, **options):
    with transaction() as session:
        uses.record(session, AUTHOR, kind, holder_id, used, **options)


def held(kind=BODY, holder_id=1):
    refresh_view()
    found = select(MaterialUse.object_key).where(
        MaterialUse.kind == kind, MaterialUse.holder_id == holder_id
    )
    return sorted(db.session.scalars(found))


@pytest.mark.parametrize(
    "address",
    [
        f"/media/{FIRST}",
        f"/media/{FIRST}/240",
        f"/media/{FIRST}?x=1#y",
        f"http://other-name.example:8080/media/{FIRST}/720",
        FIRST,
    ],
)
def test_our_pictures_are_found_under_all_their_addresses(address):
    assert uses.keys_in(f'<p><img src="{address}"></p>') == [FIRST]
    assert uses.keys_in(cover={"type": 1, "images": [address]}) == [FIRST]


def test_below_the_public_address_every_key_is_ours():
    media.init(media_url="https://img.example.com/m/", default_avatar="")

    found = uses.keys_in(cover={"images": ["https://img.example.com/m/old/Fk2b9Qa"]})

    assert found == ["old/Fk2b9Qa"]


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/media/holiday.png",
        "https://elsewhere.example/holiday.png",
        "/media/../etc/passwd",
        "/media/private/id-card/ab/c.jpg",
        "/elsewhere/a.png",
        "//media/a.png",
        "https://[broken/media/a.png",
        "data:image/png;base64,AAAA",
        "",
    ],
)
def test_other_addresses_are_no_pictures_of_ours(address):
    assert uses.keys_in(f"<img src='{address}'>", {"images": [address, None, 7]}) == []


def test_body_and_cover_are_read_in_order_and_each_picture_once():
    html = f'<img src="/media/{SECOND}"><img src="/media/{FIRST}">'

    assert uses.keys_in(html, {"images": [f"/media/{FIRST}"]}) == [SECOND, FIRST]
    assert uses.keys_in("<p>none</p>", {"images": None}) == []


def test_what_is_recorded_replaces_what_was():
    record(FIRST, SECOND)
    record(FIRST, holder_id=2)

    record(SECOND, "import/ef/" + "c" * 40 + ".jpg")

    assert held() == [SECOND, "import/ef/" + "c" * 40 + ".jpg"]
    assert held(holder_id=2) == [FIRST]


def test_uses_are_counted_by_one_statement_and_only_ones_own(cost):
    record(FIRST, SECOND)
    record(FIRST, kind=REVISION, holder_id=9)
    with transaction() as session:
        uses.record(session, AUTHOR + 1, BODY, 3, [FIRST])
    refresh_view()

    with cost() as spent:
        counts = uses.counts(AUTHOR, [FIRST, SECOND, "other"])

    assert counts == {FIRST: 2, SECOND: 1}
    assert spent.sql == 1
    assert uses.counts(AUTHOR, []) == {}


def test_a_holder_whose_pictures_are_known_to_be_the_same_costs_nothing(cost):
    record(FIRST)

    with transaction() as session, cost() as spent:
        uses.record(session, AUTHOR, BODY, 1, [FIRST], former=[FIRST])

    assert spent.sql == 0


def test_a_new_holder_costs_two_statements(cost):
    with transaction() as session, cost() as spent:
        uses.record(session, AUTHOR, BODY, 1, [FIRST, SECOND])

    assert spent.sql == 2


def test_a_picture_that_left_a_text_stays_while_it_is_in_the_library():
    key = stored(MaterialStatus.APPROVED)
    record(key)

    record()
    relay_everything()

    assert topics() == []
    assert storage().exists(key)


def test_a_deleted_picture_goes_with_the_last_text_that_shows_it():
    key = stored()
    record(key)
    record(key, kind=REVISION, holder_id=5)

    record()
    relay_everything()
    left_by_one = storage().exists(key)
    with transaction() as session:
        uses.release(session, AUTHOR, REVISION, [5, 6])
    relay_everything()

    assert left_by_one
    assert not any(storage().exists(each) for each in (key, *keys.thumbnails_of(key)))
    assert held(REVISION, 5) == []
    refresh_view()
    assert db.session.scalars(select(Material.status)).all() == [MaterialStatus.DELETED]


def test_what_somebody_else_shows_stays():
    key = stored()
    record(key)
    with transaction() as session:
        uses.record(session, AUTHOR + 1, BODY, 3, [key])

    record()
    relay_everything()

    assert storage().exists(key)


def test_the_last_foreign_text_takes_a_deleted_picture_along():
    key = stored()
    with transaction() as session:
        uses.record(session, AUTHOR + 1, BODY, 3, [key])

    with transaction() as session:
        uses.record(session, AUTHOR + 1, BODY, 3, [])
    relay_everything()

    assert not storage().exists(key)


def test_a_foreign_text_that_lets_go_takes_nothing_from_a_library():
    key = stored(MaterialStatus.APPROVED)
    with transaction() as session:
        uses.record(session, AUTHOR + 1, BODY, 3, [key])

    with transaction() as session:
        uses.record(session, AUTHOR + 1, BODY, 3, [])
    relay_everything()

    assert storage().exists(key)


def test_pictures_whose_uses_are_not_all_known_are_never_removed():
    storage().put("import/ab/x.png", PNG, "image/png")
    record("import/ab/x.png")

    record()
    relay_everything()

    assert topics() == []
    assert storage().exists("import/ab/x.png")


@pytest.mark.parametrize("is_registered", [True, False])
def test_a_guests_picture_that_left_its_text_stays_for_its_hour(is_registered):
    storage().put(SECOND, PNG, "image/jpeg")
    with transaction() as session:
        if is_registered:
            session.add(GuestUpload(object_key=SECOND, created_at=clock.now() - timedelta(hours=2)))
    record(SECOND)

    record()
    relay_everything()

    assert storage().exists(SECOND) is is_registered


def test_more_pictures_than_one_statement_takes_come_and_go():
    many = [f"material/7/ab/{number}.png" for number in range(2 * uses.AT_ONCE + 1)]

    record(*many)
    assert held() == sorted(many)

    record()
    assert held() == []


def test_of_pictures_that_nobody_uploaded_nothing_is_released(cost):
    real = stored()
    invented = [f"material/{number}/ab/{number}.png" for number in range(1, uses.AT_ONCE)]
    record(real, *invented)

    with cost() as spent:
        record()

    assert topics() == ["media.release"]
    assert spent.sql <= 5
    relay_everything()
    assert not storage().exists(real)


def test_no_holder_releases_nothing(cost):
    with transaction() as session, cost() as spent:
        uses.release(session, AUTHOR, REVISION, [])

    assert spent.sql == 0
