"""Several clients of one server, each with one request under way, in one thread.

A client with a thread of its own takes as long to ask as the server takes to answer, on the same
cores: then its own waiting is measured. Here a request costs a tenth of that.
"""

import json
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Request = tuple[str, bytes]
"""What is asked for (kept with the answer), and the whole request as it goes over the line."""


@dataclass
class Line:
    """A kept connection and what has arrived on it."""

    socket: socket.socket
    asked: str = ""
    began: float = 0.0
    heard: bytearray = field(default_factory=bytearray)

    def ask(self, request: Request) -> None:
        """Send the next request."""
        self.asked, self.began = request[0], time.perf_counter()
        self.heard.clear()
        self.socket.sendall(request[1])

    def answer(self) -> bytes | None:
        """Hear on; return the body once the whole answer is there."""
        self.heard += self.socket.recv(65536)
        head, end, body = self.heard.partition(b"\r\n\r\n")
        if not end:
            return None
        assert head.startswith(b"HTTP/1.1 200"), bytes(self.heard[:500])
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        return bytes(body) if len(body) >= length else None


def ask_for(
    seconds: float, make: Callable[[], Request], *, port: int, clients: int
) -> tuple[list[float], list[tuple[str, Any]]]:
    """Let clients ask for so long; return how long each answer took, and what was answered."""
    took: list[float] = []
    said: list[tuple[str, Any]] = []
    with selectors.DefaultSelector() as ready:
        for _ in range(clients):
            line = Line(socket.create_connection(("127.0.0.1", port), timeout=30))
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(line.socket, selectors.EVENT_READ, line)
            line.ask(make())
        until = time.perf_counter() + seconds
        under_way = clients
        while under_way:
            for key, _ in ready.select(timeout=30):
                line = key.data
                body = line.answer()
                if body is None:
                    continue
                now = time.perf_counter()
                took.append(now - line.began)
                said.append((line.asked, json.loads(body)))
                if now < until:
                    line.ask(make())
                else:
                    under_way -= 1
                    ready.unregister(line.socket)
                    line.socket.close()
    return sorted(took), said


def post(path: str, body: object, *, key: str) -> bytes:
    """Write a request that posts JSON with a program's key."""
    text = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    return head.encode() + text
