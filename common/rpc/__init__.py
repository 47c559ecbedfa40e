"""Calls to other programs by gRPC: what is agreed with them, and how they are called.

The .proto files are contract/rpc.md §1 and §2; the stubs beside them are generated
(``python -m scripts.protos``) and never edited.
"""

from common.rpc.chatbot.client import reply

__all__ = ["reply"]
