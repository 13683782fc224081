"""Turns into another program that ends with its parent: `tether.py SIGNAL PARENT [USER] -- PROGRAM …`.

Run as a script (`python -I -S tether.py`), so that it starts in milliseconds and needs no environment. The kernel
sends SIGNAL to the program as soon as PARENT ends, whatever ended it: there is no process in the middle that could
die first. (On kernels other than Linux the tie is missing, and only an orderly stop ends the program.)

With USER, which only root can ask for, the program runs as that user: PostgreSQL refuses to run as root. The user
keeps the right to pass through folders, because a checkout below a private folder (0700) is as good as any other.
"""

import ctypes
import os
import pwd
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


def _become(user: str) -> None:
    """Drops root for `user`, with CAP_DAC_OVERRIDE left where the machine grants it."""
    libc = ctypes.CDLL(None, use_errno=True)
    account = pwd.getpwnam(user)
    libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    kept = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)  # effective, permitted, inheritable; low words, then high
    if libc.capset(header, data) == 0:
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def tie_to_parent(signum: int, parent: int) -> None:
    """Asks for `signum` when the parent ends. Exits at once where `parent` had ended before the asking."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)


def _main(arguments: list[str]) -> None:
    own, program = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    if len(own) > 2:  # noqa: PLR2004 - SIGNAL PARENT USER
        _become(own[2])
    tie_to_parent(signal.Signals[own[0]], int(own[1]))  # after the change of user, which would undo it
    os.execv(program[0], program)  # noqa: S606 - turning into the program is the purpose


if __name__ == "__main__":
    _main(sys.argv[1:])
