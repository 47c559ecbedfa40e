"""The realtime process: Socket.IO on eventlet. Nothing outside of this folder imports eventlet."""

import warnings

# Its authors advise against beginning with it; we know (docs/adr/0017-engineio-edge.md).
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
