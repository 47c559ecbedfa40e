"""New ids for rows; which worker numbers they carry is settled at first use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from common.services.ids.issuer import Issuer
from common.settings import Settings
from common.utils import clock
from common.utils.background import process
from common.utils.snowflake import LAYOUTS

_issuer: Issuer | None = None
_layout = LAYOUTS["compact"]
_orders: tuple[object, ...] | None = None


def init(settings: Settings, *, now_ms: Callable[[], int] = clock.now_ms) -> None:
    """Say how ids are made in this process. Leases nothing yet; a repeat changes nothing.

    :raises ValueError: the layout has no such worker
    """
    global _issuer, _layout, _orders
    orders = (
        settings.id_layout,
        settings.datacenter_id,
        settings.worker_id,
        settings.sql_url,
        now_ms,
    )
    if _issuer is not None and orders == _orders:
        return
    release()
    layout = LAYOUTS[settings.id_layout]
    explicit = settings.worker_id
    worker_ids = range(layout.workers) if explicit is None else [explicit]
    datacenter_id = settings.datacenter_id if layout.datacenter_bits else 0
    layout.node(datacenter_id, worker_ids[0])  # an impossible WORKER_ID must fail at the start
    _layout = layout
    _issuer = Issuer(layout, datacenter_id=datacenter_id, worker_ids=worker_ids, now_ms=now_ms)
    _orders = orders


def new_id() -> int:
    """A new id, larger than all this process issued before.

    :raises DependencyUnavailable: no worker number is leased, or the clock moved back
    """
    return _current().new_ids(1)[0]


def new_ids(count: int) -> list[int]:
    """So many new ids in increasing order, for imports.

    :raises DependencyUnavailable: no worker number is leased, or the clock moved back
    """
    return _current().new_ids(count)


def earliest_id(moment: datetime) -> int:
    """No id that was issued since then, whoever issued it, is smaller."""
    return _layout.compose(_layout.unit_of(clock.to_ms(moment)), 0, 0)


def is_ready() -> bool:
    """Whether this process can issue ids now; for ``/readyz``."""
    return _issuer is not None and _issuer.is_ready()


def release() -> None:
    """Give the leased worker number back; called at exit."""
    if _issuer is not None:
        _issuer.release()


def _current() -> Issuer:
    if _issuer is None:
        raise RuntimeError("ids are not set up: call identifiers.init(settings) first")
    return _issuer


def _lease_anew() -> None:
    """A forked child must not go on with its parent's worker number."""
    global _issuer
    if _issuer is not None:
        _issuer = _issuer.again()


process.on_fork(_lease_anew)
process.on_exit(release)
