"""A PostgreSQL cluster for one run of the tests, gone when the run is gone, however it ends.

A guardian process owns the cluster. It holds the reading end of a pipe whose writing end belongs
to the tests alone: when they end, by return, Ctrl-C or kill -9, the pipe closes and the guardian
stops the server and removes its files.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.paths import ROOT
from tools.steps import stop

UNPRIVILEGED = ("postgres", "nobody")
START_SECONDS = 60
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "log_min_messages": "fatal",
}


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Run a server of our own and give its address as `postgresql://…`."""
    watched, held = os.pipe()
    command = [sys.executable, "-m", "tools.cluster", str(programs)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=watched, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as guardian:
        os.close(watched)
        try:
            address = next(iter(guardian.stdout or ()), "").strip()
            if not address:
                raise stop("PostgreSQL did not start; see the lines above.")
            yield address
        finally:
            os.close(held)


def guard(programs: Path) -> None:
    """Start the server, print its address, and stop it when standard input closes."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    folder = Path(tempfile.mkdtemp(prefix="yige-postgres-", dir="/tmp"))
    server = None
    try:
        owner = _owner(folder)
        _initialise(programs, folder, owner)
        port = _free_port()
        server = _start(programs, folder, port, owner)
        if _wait_until_ready(programs, port, server):
            print(f"postgresql://yige@127.0.0.1:{port}/postgres", flush=True)
            sys.stdout.close()
            sys.stdin.read()
        else:
            sys.stderr.write((folder / "log").read_text(errors="replace"))
    finally:
        if server:
            server.send_signal(signal.SIGINT)
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> dict[str, Any]:
    """Return how to run as a user that PostgreSQL accepts: never as root."""
    if os.geteuid() != 0:
        return {}
    name = next(name for name in UNPRIVILEGED if _exists(name))
    user = pwd.getpwnam(name)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _initialise(programs: Path, folder: Path, owner: dict[str, Any]) -> None:
    choices = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username=yige"]
    subprocess.run(
        [str(programs / "initdb"), "-D", str(folder / "data"), *choices],
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        **owner,
    )


def _start(
    programs: Path, folder: Path, port: int, owner: dict[str, Any]
) -> subprocess.Popen[bytes]:
    chosen = {**FAST, "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder)}
    options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-p", str(port), *options],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            **owner,
        )


def _wait_until_ready(programs: Path, port: int, server: subprocess.Popen[bytes]) -> bool:
    question = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        if subprocess.run(question, check=False).returncode == 0:
            return True
        time.sleep(0.1)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    guard(Path(sys.argv[1]))
