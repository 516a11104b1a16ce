"""Where `yige divide` works: in this process, in a pool of them, or on a Dask cluster."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any

import click

MISSING = (
    "--scheduler needs the package “distributed”, which is not installed. "
    "Install it with: pip install 'yige[cluster]'"
)


@contextmanager
def executor_of(*, processes: int | None, scheduler: str | None) -> Iterator[Executor | None]:
    """Give the executor that was asked for; none means threads of this process."""
    if scheduler:
        with _cluster(scheduler) as executor:
            yield executor
    elif processes:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield pool
    else:
        yield None


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    try:
        connect: Any = import_module("distributed").Client
    except ImportError:
        raise click.ClickException(MISSING) from None
    try:
        client = connect(address, timeout="5s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"The scheduler at {address} did not answer: {error}. Is it running, and is the "
            "address the one it printed when it started?"
        ) from None
    with client:
        yield client.get_executor()
