"""The bot: what it says to what people type into the chat (contract/realtime.md §5).

It knows articles by search and channels, the product by an editable list of questions, and some
small talk; what was said before it remembers for half an hour.
"""

from common.rpc import reply

__all__ = ["reply"]
