"""For a process with this folder on its PYTHONPATH, name servers never answer: only addresses are found."""

import ipaddress
import socket
import threading
from typing import Any

_really = socket.getaddrinfo


def _hanging(host: Any, *rest: Any, **more: Any) -> Any:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        threading.Event().wait()
    return _really(host, *rest, **more)


socket.getaddrinfo = _hanging
