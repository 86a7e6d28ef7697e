"""Free ports on the loopback interface, remembered from run to run."""

from __future__ import annotations

import json
import random
import socket

from stack import StackError, paths

HOST = "127.0.0.1"

# Below the range from which Linux takes the ports of outgoing connections, so
# that a remembered port is not taken by a stranger's connection meanwhile.
FIRST, LAST = 20000, 31999

PREFERRED = {"portal": 5000}


def is_free(port: int) -> bool:
    """Tell whether a server could listen on ``port`` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: connections in TIME_WAIT do not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def remembered() -> dict[str, int]:
    """Return the ports chosen so far by service name."""
    path = paths.HOME / "ports.json"
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return {str(name): int(port) for name, port in found.items()}


def choose(name: str) -> int:
    """Return a port for the service ``name``, which is not running.

    The remembered one, so that addresses stay; another if a stranger took it.

    Raises:
        StackError: no free port was found.
    """
    known = remembered()
    others = {port for other, port in known.items() if other != name}
    wished = [known[name]] if name in known else []
    if name in PREFERRED:
        wished.append(PREFERRED[name])
    drawn = (random.randint(FIRST, LAST) for _ in range(500))  # noqa: S311 - no secret
    for port in (*wished, *drawn):
        if port not in others and is_free(port):
            if known.get(name) != port:
                known[name] = port
                paths.write_private(paths.HOME / "ports.json", json.dumps(known, indent=1))
            return port
    raise StackError(f"{name}: no free port on {HOST} between {FIRST} and {LAST}.")
