"""Settings of what is reached by gRPC; docs/settings.md is made of these descriptions."""

from __future__ import annotations

from pydantic import BaseModel, Field, FilePath, PositiveInt


class Remote(BaseModel):
    """The chatbot, and other programs that are called by gRPC."""

    rpc__chatbot: str = Field(
        "",
        description="Address of the chatbot, `host:port` or `unix:path`: ours (the process `rpc`) "
        "or any other that speaks its .proto; empty: ours answers in the process that asks.",
    )
    rpc__ca_file: FilePath | None = Field(
        None,
        description="PEM file of who vouches for the servers that are called; unset: no TLS.",
    )
    chat_rpc_timeout_ms: PositiveInt = Field(
        3_000, le=3_000, description="Patience with the chatbot, in milliseconds."
    )
    rpc_port: PositiveInt = Field(
        9_999, le=65_535, description="Port of the process `rpc`, at `BIND_HOST`."
    )
    chatbot_faq: FilePath | None = Field(
        None,
        description="JSON file of questions about the product and what our chatbot says to them, "
        "instead of `common/services/chatting/faq.json`; may be edited while it is used.",
    )
