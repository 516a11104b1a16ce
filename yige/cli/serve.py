"""Serve the pages and the API; be a worker."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import FrameType

import click
from granian import Granian
from granian.constants import Interfaces

from yige.base import jobs
from yige.config.installation import said


@click.command("serve")
@click.option("--host", default=lambda: str(said("host", "127.0.0.1")), show_default="127.0.0.1")
@click.option("--port", type=int, default=lambda: int(said("port", 8000)), show_default="8000")
@click.option("--processes", type=int, default=2, show_default=True)
@click.option("--worker/--no-worker", default=True, show_default=True, help="Run jobs beside it.")
def serve_command(host: str, port: int, processes: int, *, worker: bool) -> None:
    """Serve the pages and the API, with a worker beside them, until Ctrl-C."""
    refuse_taken_port(host, port)
    beside = start_worker() if worker else None
    try:
        Granian(
            "yige.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=processes,
            blocking_threads=1,
            backpressure=256,
            websockets=False,
            log_enabled=False,
        ).serve()
    finally:
        if beside is not None:
            beside.terminate()
            beside.wait(timeout=40)


@click.command("worker")
def worker_command() -> None:
    """Run jobs, listeners and the clock's jobs until told to stop (or the parent is gone)."""
    until = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        until.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=_watch_parent, args=(os.getppid(), until), daemon=True).start()
    jobs.work(until=until)


def start_worker() -> "subprocess.Popen[bytes]":
    """Start a worker process that ends with this one."""
    return subprocess.Popen([sys.executable, "-m", "yige.cli", "worker"])


def refuse_taken_port(host: str, port: int) -> None:
    """Say so, and end, when something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} of {host} is taken ({error.strerror}); "
                f"stop what uses it or choose another: PORT={port + 1} make demo"
            ) from None


def _watch_parent(parent: int, until: threading.Event) -> None:
    while not until.is_set():
        if os.getppid() != parent:
            until.set()
        time.sleep(1)
