"""The tests' own PostgreSQL leaves nothing behind, however the tests end."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tools.cluster import cluster
from tools.system import postgres_bin

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.postgres, pytest.mark.slow]

USER = """
import sys
from tools.cluster import cluster
from tools.system import postgres_bin
with cluster(postgres_bin()) as address:
    print(address, flush=True)
    sys.stdin.read()
"""


def test_a_server_answers_and_is_gone_afterwards() -> None:
    with cluster(postgres_bin()) as address, psycopg.connect(address) as held:
        folder = Path(held.execute("show data_directory").fetchone()[0])
        user = held.execute("select current_user").fetchone()[0]
        held.close()

    assert user == "yige"
    assert not folder.exists()


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_server_goes_when_the_tests_are_killed(way: signal.Signals) -> None:
    tests = subprocess.Popen(
        [sys.executable, "-c", USER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with tests:
        address = tests.stdout.readline().strip()
        with psycopg.connect(address) as held:
            folder = Path(held.execute("show data_directory").fetchone()[0])
            server = int((folder / "postmaster.pid").read_text().splitlines()[0])
        handle = os.pidfd_open(server)

        tests.send_signal(way)

        assert _ended(handle)


def _ended(handle: int) -> bool:
    """Wait until the process behind a handle has ended, half a minute at most."""
    ready, _, _ = select.select([handle], [], [], 30)
    os.close(handle)
    return bool(ready)
