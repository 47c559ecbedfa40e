"""Groups of settings, and what is asked about their values."""

from __future__ import annotations

import ipaddress

from pydantic import BaseModel, NonNegativeInt


class RpcEndpoints(BaseModel):
    """Addresses (host:port) of the gRPC services; empty means the in-process fallback."""

    recommend: str = "127.0.0.1:9999"
    chatbot: str = "127.0.0.1:9999"


class ReadBudget(BaseModel):
    """Reads a minute that a process serves one caller before it answers 429; 0 for any number.

    Far above what people and their apps do, far below what copying everything takes
    (contract/security.md rows 30 and 89).
    """

    subject: NonNegativeInt = 1_200
    address: NonNegativeInt = 6_000  # many people may share one


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
