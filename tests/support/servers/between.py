"""Servers on loopback that stand before a real Redis server, or in place of one."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

READ_BYTES = 65_536
IDLE_SECONDS = 10.0

Serve = Callable[[socket.socket], None]
Answers = Callable[[bytes], Sequence[bytes]]  # pieces, in order; an empty one hangs up


@dataclass(frozen=True)
class Identity:
    """Files of a certificate for 127.0.0.1 that vouches for itself, and of its key."""

    certificate: Path
    key: Path


@contextmanager
def scripted(answers: Answers) -> Iterator[str]:
    """The URL of a server that gives ``answers`` to what is said to it in one piece."""

    def serve(client: socket.socket) -> None:
        while request := client.recv(READ_BYTES):
            for piece in answers(request):
                if not piece:
                    return
                client.sendall(piece)

    with _listening(serve) as port:
        yield f"redis://127.0.0.1:{port}"


@contextmanager
def encrypting(identity: Identity, behind: Path, *, asks_back: bool = False) -> Iterator[str]:
    """The URL of a server that speaks TLS, before one on a Unix socket.

    :param asks_back: clients must show the same certificate
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)
    if asks_back:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(identity.certificate)

    def serve(client: socket.socket) -> None:
        with (
            context.wrap_socket(client, server_side=True) as plain,
            socket.socket(socket.AF_UNIX) as server,
        ):
            server.connect(str(behind))
            while request := plain.recv(READ_BYTES):
                server.sendall(request)
                plain.sendall(server.recv(READ_BYTES))

    with _listening(serve) as port:
        yield f"rediss://127.0.0.1:{port}"


@contextmanager
def _listening(serve: Serve) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, serve), daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, serve: Serve) -> None:
    with suppress(OSError):  # closed: the test is over
        while True:
            client, _ = listening.accept()
            client.settimeout(IDLE_SECONDS)
            threading.Thread(target=_serve, args=(client, serve), daemon=True).start()


def _serve(client: socket.socket, serve: Serve) -> None:
    with client, suppress(OSError):  # the other side may hang up at any time
        serve(client)


def make_identity(directory: Path) -> Identity:
    """A new key and its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    found = Identity(directory / "certificate.pem", directory / "key.pem")
    found.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return found
