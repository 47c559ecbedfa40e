"""What people see who open the product in a browser; programs get what they always got.

`pages` answers requests, `rendering` makes HTML of templates, `negotiation` tells who wants which.
contract/user-app.md §13.1.
"""

from common.extensions.web.face.negotiation import for_browsers
from common.extensions.web.face.pages import Face, Login, Place

__all__ = ["Face", "Login", "Place", "for_browsers"]
