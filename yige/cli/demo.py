"""Make the demo city, once, and serve it."""

import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import click
from django.conf import settings
from django.db import connection, transaction

from yige.base import listeners
from yige.base.calendar import calendar
from yige.cli.founding import AlreadyACity, bring_up_to_date, found_city
from yige.cli.serve import refuse_taken_port, serve_command
from yige.config.installation import home
from yige.demo import load
from yige.demo.basemap import write_basemap
from yige.demo.campaign import load_campaign
from yige.demo.city import City, build_city
from yige.demo.load_year import load_year
from yige.demo.old_nets import load_old_nets
from yige.demo.papers import print_papers
from yige.demo.staff import give_accounts
from yige.demo.year import build_year
from yige.kernel import clock
from yige.territory.queries import city as known_city

SEED = 1


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--serve/--no-serve", "is_served", default=True, help="Serve it when it is made.")
def demo_command(host: str, port: int, *, is_served: bool) -> None:
    """Make the demo city, once, and serve it until Ctrl-C."""
    if is_served:
        refuse_taken_port(host, port)
    if not _ready().exists():
        make_demo()
    bring_up_to_date()
    if is_served:
        click.echo(f"\nYige 一格 · demo city · http://{host}:{port}/   (log-in: /accounts/login/)")
        click.echo("Ctrl-C ends it.")
        serve_command.main(["--host", host, "--port", str(port)], standalone_mode=False)


def make_demo() -> None:
    """Load the demo into an empty home; what an interrupted loading left is begun again."""
    _begin()
    progress = _Progress()
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as beside:
        drawn = beside.submit(build_city, SEED)
        bring_up_to_date()
        _refuse_real_city()
        import_module("yige.engines.division.warm").warm()
        city = drawn.result()
        progress.done("database made, city drawn")
        _load(city, beside, now=clock.now(), progress=progress)
    _ready().write_text(f"{SEED}\n", "utf-8")
    progress.total()


def _draw_basemap(city: City) -> None:
    (home() / "map").mkdir(exist_ok=True)
    write_basemap(home() / "map" / "basemap.pmtiles", city)


def _load(city: City, beside: Executor, *, now: datetime, progress: "_Progress") -> None:
    began = now - load.BEFORE_THE_YEAR
    with _hurry():
        found_city(city.code, city.name, at=began)
        happening = beside.submit(build_year, city, until=now, calendar=calendar())
        basemap = beside.submit(_draw_basemap, city)
        load.load_territory(city, at=began)
        progress.done(f"{len(city.units.code):,} units surveyed, 300 grids adopted")
        with transaction.atomic():
            load.load_people(city, at=began)
        listeners.hear_all()
        progress.done("posts filled")
        year, _ = happening.result(), basemap.result()
        beside.shutdown()  # The bulk load forks, and must be alone then.
        cases = load_year(city, year, until=now)
        progress.done(f"a year of {cases:,} cases, with their figures")
        give_accounts(city, at=now)
        load_old_nets(city, at=now)
        print_papers(city, at=now)
        with transaction.atomic():
            load_campaign(city, at=now)
        listeners.hear_all()
        progress.done("accounts given, three old nets half merged")


@contextmanager
def _hurry() -> Iterator[None]:
    """Do not wait for the disk: a demo that a power cut has spoilt is made anew."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-256000")
    yield
    connection.close()


def _begin() -> None:
    """Note that a demo is being made here, and remove what an interrupted one left."""
    mark = home() / "demo.begun"
    if mark.exists() and connection.vendor == "sqlite":
        connection.close()
        name = str(settings.DATABASES["default"]["NAME"])
        for ending in ("", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)
    home().mkdir(parents=True, exist_ok=True)
    mark.touch()


def _refuse_real_city() -> None:
    found = known_city()
    if found is not None:
        (home() / "demo.begun").unlink(missing_ok=True)
        raise AlreadyACity(city=found.name, home=str(home()))


def _ready() -> Path:
    return home() / "demo.ready"


class _Progress:
    """Lines with the time each step took."""

    def __init__(self) -> None:
        self.begun = self.last = time.monotonic()

    def done(self, what: str) -> None:
        now = time.monotonic()
        click.echo(f"  {now - self.last:5.1f} s  {what}")
        self.last = now

    def total(self) -> None:
        click.echo(f"  {time.monotonic() - self.begun:5.1f} s  in all")
