"""`make demo`: set up, then serve the demo city at 127.0.0.1:$PORT until Ctrl-C."""

import errno
import os
import socket

from tools.paths import PYTHON, ROOT
from tools.setup import set_up
from tools.steps import Stopped, stop

LAST_PORT = 65_535


def main() -> None:
    """Refuse a port that cannot be had before anything else; then become the server."""
    port = port_named(os.environ.get("PORT", "8000"))
    claim(port)
    set_up("run")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "yige.cli", "demo", "--port", str(port)])  # noqa: S606


def port_named(text: str) -> int:
    """Read a port number; stop with a sentence if it is none."""
    if text.isascii() and text.isdigit() and 0 < int(text) <= LAST_PORT:
        return int(text)
    raise stop(f"PORT={text} is no port: give a number from 1 to {LAST_PORT}, e.g. PORT=8010.")


def claim(port: int) -> None:
    """Stop with a sentence if nothing can be served at this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise _refusal(port, error) from error


def _refusal(port: int, error: OSError) -> Stopped:
    if error.errno == errno.EADDRINUSE:
        return stop(
            f"Port {port} is taken by another program on this machine.",
            f"Choose another one: make demo PORT={port + 10}",
        )
    if error.errno == errno.EACCES:
        return stop(f"Port {port} needs more rights than you have. Try: make demo PORT=8010")
    return stop(f"Port {port} cannot be used: {error.strerror}.")


if __name__ == "__main__":
    main()
