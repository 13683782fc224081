"""A proxy in front of a server: it counts and cuts connections, and can speak TLS to its clients."""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_SSL_REQUEST = struct.pack(">II", 8, 80877103)  # PostgreSQL's documentation, "Message Formats"


class TcpProxy:
    """Forwards bytes both ways. `opened` counts the connections ever made.

    `addresses` maps ports that the server names in its replies (a Redis Cluster's topology) to those of proxies.
    """

    def __init__(self, target_port: int, addresses: Mapping[int, int] | None = None) -> None:
        self._target_port = target_port
        self._addresses = {} if addresses is None else addresses
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._postgres_tls: ssl.SSLContext | None = None
        self.opened = 0
        self.port = 0

    @contextlib.asynccontextmanager
    async def running(
        self, tls: ssl.SSLContext | None = None, *, postgres_tls: ssl.SSLContext | None = None
    ) -> AsyncIterator["TcpProxy"]:
        """With `tls` from the first byte, or with `postgres_tls` once the client asks for it."""
        self._postgres_tls = postgres_tls
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()

    def cut(self, *, reset: bool = False) -> None:
        """Ends every connection, as a restarted or impatient server does; with `reset`, as a firewall does."""
        for writer in [writer for writer in self._open if not writer.is_closing()]:
            if reset:
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self._postgres_tls:
                await _offer_tls(reader, writer, self._postgres_tls)
            await self._forward(reader, writer)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass  # the client has refused us, or gone
        finally:
            _end(writer)
            self._tasks.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        backend_reader, backend_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        ends = {writer, backend_writer}
        self._open |= ends
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pump(reader, backend_writer, bytes))
                group.create_task(_pump(backend_reader, writer, self._readdressed))
        finally:
            _end(backend_writer)
            self._open -= ends

    def _readdressed(self, data: bytes) -> bytes:
        for port, proxy_port in self._addresses.items():
            data = data.replace(b":%d\r\n" % port, b":%d\r\n" % proxy_port)
        return data


def _end(writer: asyncio.StreamWriter) -> None:
    """At once, unless it is ending by itself and may still have something to send."""
    if not writer.is_closing():
        writer.transport.abort()


async def _offer_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: ssl.SSLContext) -> None:
    """As PostgreSQL does it: the client's first message asks, one letter answers, and TLS begins."""
    assert await reader.readexactly(len(_SSL_REQUEST)) == _SSL_REQUEST
    writer.write(b"S")
    await writer.start_tls(tls)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, change: Callable[[bytes], bytes]) -> None:
    """The end of a connection, however it comes, is the end of its other half."""
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while data := await reader.read(65536):
            writer.write(change(data))
            await writer.drain()
    writer.close()


def port_of(url: str) -> int:
    """The port that a URL names."""
    port = urlsplit(url).port
    assert port is not None
    return port


def certificate_for_loopback(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for 127.0.0.1, and the file of the certificate that a client has to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "trusted.pem", folder / "server.pem"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + trusted.read_bytes()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(secret)
    return context, trusted
