"""Sample notifications, in demo mode only."""

from __future__ import annotations

from common.schemas.notices import SampleSent
from common.services.notices import samples
from common.utils.decorators import identity
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.output import Resource


class NotificationSampleResource(Resource):
    """A sample notification."""

    @describes(auth="none", errors=[507])
    def get(self, event: str) -> SampleSent:
        """Send myself, or the demo's reader, a notification: ``f``, ``l`` or ``c``."""
        identity()  # whatever is wrong with a token: then it is a visitor's call
        name = samples.send_sample(event, current.user_id())
        return {"message": f"已发送{name}事件"}
