"""Starts programs that can't outlive us, and stops them in order."""

import errno
import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, Signals

_TETHER = Path(__file__).with_name("tether.py")
_POLL_SECONDS = 0.02
_ORPHAN_SECONDS = 15


class LocalError(Exception):
    """The local stack can't go on. The text is one sentence for the developer, with what to do."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program to run beside us.

    `ends_with` is the signal that asks it to end, sent by us or, when we die, by the kernel. `user` (only as root)
    is who it runs as. Its output is appended to `log`. `lock` is a descriptor from `held`: the lock lasts until the
    program and all that it started have ended.
    """

    command: Sequence[str]
    folder: Path
    log: Path
    ends_with: Signals
    lock: int | None = None
    user: str | None = None
    environment: Mapping[str, str] | None = None

    def tethered_command(self) -> list[str]:
        """The command that ends with this process. To be started by a thread that lives as long as we do."""
        own = [self.ends_with.name, str(os.getpid()), *([self.user] if self.user else [])]
        return [sys.executable, "-I", "-S", str(_TETHER), *own, "--", *self.command]


@contextmanager
def held(path: Path) -> Iterator[int]:
    """A descriptor that holds the lock on the file `path`, to be passed on to a server.

    Waits for a server that still ends, after whoever started it was killed. Raises LocalError where it does not.
    """
    with path.open("a") as file:
        end = time.monotonic() + _ORPHAN_SECONDS
        while not lock_now(file.fileno()):
            if time.monotonic() > end:
                raise LocalError(f"An earlier server over {path.with_suffix('')} has not ended: end it and try again.")
            time.sleep(_POLL_SECONDS)
        yield file.fileno()


def lock_now(descriptor: int) -> bool:
    """Whether the lock on an open file could be had. The kernel gives it back when the last holder ends."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def running(program: Program, *, grace_seconds: float = 10) -> Iterator[subprocess.Popen[bytes]]:
    """Runs `program` in a process group of its own for the length of the block, then asks it to end, then makes it."""
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("ab") as log:
        process = subprocess.Popen(
            program.tethered_command(),
            cwd=program.folder,
            env=None if program.environment is None else dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
            pass_fds=[program.lock] if program.lock is not None else [],
        )
    try:
        yield process
    finally:
        stop(process, program.ends_with, grace_seconds=grace_seconds)


def stop(process: subprocess.Popen[bytes], signum: Signals, *, grace_seconds: float) -> None:
    """Sends `signum` and waits; after `grace_seconds`, kills the process and whatever it started."""
    if process.poll() is None:
        process.send_signal(signum)
    try:
        process.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, SIGKILL)
        process.wait()


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], *, seconds: float = 120) -> bool:
    """Whether `ready` came true within `seconds`, before the process ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            return False
        if ready():
            return True
        time.sleep(_POLL_SECONDS)
    return False


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def tells_of_a_full_disk(log: Path) -> bool:
    """Whether a program's last words blame the disk."""
    said = log.read_text(encoding="utf-8", errors="replace")
    return "No space left on device" in said or "Check free disk space" in said


def explain(error: OSError, doing: str) -> LocalError:
    """An operating system's refusal as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LocalError(f"The disk is full: {doing} needs space ({error.filename or 'no file named'}).")
    where = f" ({error.filename})" if error.filename else ""
    return LocalError(f"{doing} failed: {error.strerror or error}{where}.")
