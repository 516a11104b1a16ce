"""Say what is wrong with an installation, and what to do about it."""

import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import click
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from yige.base import listeners
from yige.base.access import ADMINISTRATORS, Role
from yige.base.models import CalendarDay, Cursor, Job
from yige.kernel import clock

GOOD, CARE, BAD = "✓", "!", "✕"
NO_WORKER: Final = "is a worker running? `yige serve` starts one, `yige worker` another"
LEAST_FREE_BYTES: Final = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at: good, to be cared for, or wrong; and the way out."""

    sign: str
    what: str
    way_out: str = ""


Look = Callable[[], Iterator[Finding]]


@click.command("doctor")
def doctor_command() -> None:
    """Look at everything an installation needs; exit with 1 when something is wrong."""
    findings = list(examine())
    for finding in findings:
        click.echo(f"{finding.sign} {finding.what}")
        if finding.way_out and finding.sign != GOOD:
            click.echo(f"    → {finding.way_out}")
    if any(finding.sign == BAD for finding in findings):
        sys.exit(1)


def examine() -> Iterator[Finding]:
    """Look at the machine first, then the database, then the city."""
    yield from _home()
    yield from _pages()
    reachable = list(_database())
    yield from reachable
    if any(finding.sign == BAD for finding in reachable):
        return
    for look in (_work, _mail, _door, _calendar, _city, _administrators, _desks, _map, _printing):
        yield from look()


def _home() -> Iterator[Finding]:
    home = Path(settings.YIGE_HOME)
    probe = home / ".doctor"
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe.write_text("")
        probe.unlink()
        yield Finding(GOOD, f"home {home} can be written")
    except OSError as error:
        yield Finding(BAD, f"home {home} cannot be written ({error.strerror})",
                      "give the user of Yige the folder, or set YIGE_HOME")  # fmt: skip
        return
    free = shutil.disk_usage(home).free
    sign = GOOD if free > LEAST_FREE_BYTES else CARE
    yield Finding(sign, f"{free / 1024**3:.1f} GiB free", "make room before the disk is full")
    yield from _keys(home / "keys")


def _keys(folder: Path) -> Iterator[Finding]:
    open_keys = [
        key.name
        for key in (folder.iterdir() if folder.exists() else ())
        if stat.S_IMODE(key.stat().st_mode) & 0o077
    ]
    if open_keys:
        yield Finding(BAD, f"keys that others may read: {', '.join(open_keys)}",
                      f"chmod 600 {folder}/*")  # fmt: skip
    else:
        yield Finding(GOOD, "the key store is the owner's alone (back it up apart)")


def _pages() -> Iterator[Finding]:
    built = Path(settings.STATIC_ROOT) / "built" / "manifest.json"
    yield (
        Finding(GOOD, "the pages' scripts and styles are built")
        if built.exists()
        else Finding(BAD, "the pages' scripts and styles are not built", "make setup")
    )
    folders = [Path(folder) for folder in settings.LOCALE_PATHS]
    missing = [folder.name for folder in folders if not list(folder.glob("zh_Hans/*/*.mo"))]
    if missing:
        yield Finding(BAD, f"texts not compiled: {', '.join(missing)}", "make setup")
    else:
        yield Finding(GOOD, "the Chinese texts are compiled")


def _database() -> Iterator[Finding]:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Finding(BAD, f"the database does not answer: {str(error).splitlines()[0]}",
                      "look at YIGE_DATABASE and the database's own log")  # fmt: skip
        return
    if waiting:
        yield Finding(BAD, f"the database is {len(waiting)} steps behind this release",
                      "yige upgrade (or `yige init` for a new city)")  # fmt: skip
    else:
        yield Finding(GOOD, f"the database ({connection.vendor}) is at this release")


def _work() -> Iterator[Finding]:
    now = clock.now()
    late = Job.objects.filter(state=Job.WAITING, due_at__lt=now - timedelta(minutes=2)).count()
    dead = Job.objects.filter(state=Job.DEAD).count()
    heard = Cursor.objects.order_by("-heard_at").values_list("heard_at", flat=True).first()
    if late:
        yield Finding(BAD, f"{late} jobs wait for more than two minutes", NO_WORKER)
    else:
        yield Finding(GOOD, "no job is kept waiting")
    if dead:
        yield Finding(CARE, f"{dead} jobs gave up", "see 任务 (jobs) for the reasons")
    behind = {name: number for name, number in listeners.lag().items() if number > 1000}
    if behind:
        yield Finding(CARE, f"listeners behind the journal: {behind} ({heard})", NO_WORKER)


def _mail() -> Iterator[Finding]:
    if settings.EMAIL_HOST:
        yield Finding(GOOD, f"mail goes by {settings.EMAIL_HOST}:{settings.EMAIL_PORT}")
    else:
        yield Finding(CARE, "no mail server: letters to reporters wait in the outbox",
                      "set mail_host in yige.toml")  # fmt: skip


def _door() -> Iterator[Finding]:
    hosts = ", ".join(settings.ALLOWED_HOSTS)
    local = all(host in {"127.0.0.1", "localhost", "[::1]"} for host in settings.ALLOWED_HOSTS)
    if local:
        yield Finding(CARE, f"answers on this machine only ({hosts})",
                      "set hosts in yige.toml to the city's address")  # fmt: skip
    elif not settings.YIGE_TLS:
        yield Finding(BAD, f"reached at {hosts} without HTTPS",
                      "set tls = true behind a balancer that speaks it")  # fmt: skip
    else:
        yield Finding(GOOD, f"reached at {hosts} over HTTPS")


def _calendar() -> Iterator[Finding]:
    last = CalendarDay.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        yield Finding(BAD, "the working calendar is empty", "yige upgrade")
    elif last.year < clock.now().year:
        yield Finding(CARE, f"holidays are known until {last.year}; later dates are provisional",
                      "enter the new year under 流程与时限, or install a new release")  # fmt: skip
    else:
        yield Finding(GOOD, f"holidays are known until the end of {last.year}")


def _city() -> Iterator[Finding]:
    from yige.territory.queries import children_of, city, grids_at

    known = city()
    if known is None:
        yield Finding(BAD, "there is no city yet", "yige init")
        return
    towns = len(children_of(known.code))
    grids = len(grids_at(known.code, at=clock.now()))
    yield Finding(GOOD, f"{known.name} ({known.code}) with {towns} towns")
    if not towns:
        yield Finding(CARE, "no towns or communities", "yige import divisions FILE")
    if grids:
        yield Finding(GOOD, f"{grids} grids are in force")
    else:
        yield Finding(CARE, "no grids yet: reports go to communities, towns and the platform",
                      "yige import survey FILE, then 方案 (plans)")  # fmt: skip


def _administrators() -> Iterator[Finding]:
    from yige.people.holders import holders_within
    from yige.territory.queries import city

    known = city()
    if known is None:
        return
    held = holders_within(known.code, at=clock.now(), roles=tuple(ADMINISTRATORS))
    for role in sorted(ADMINISTRATORS):
        if not any(holder.role is role for holder in held):
            yield Finding(BAD, f"nobody is {role.value}", "appoint one on the page Posts (岗位)")
    if len({holder.person for holder in held}) < len(held):
        yield Finding(BAD, "one person is two administrators", "appoint another person")


def _desks() -> Iterator[Finding]:
    from yige.people.holders import holder_of
    from yige.territory.queries import city

    known = city()
    if known and holder_of(known.code, role=Role.PLATFORM, at=clock.now()) is None:
        yield Finding(BAD, "nobody holds the city platform, the last desk of all",
                      "appoint one on the page Posts (岗位)")  # fmt: skip


def _map() -> Iterator[Finding]:
    folder = Path(settings.YIGE_HOME) / "map"
    for name, way_out in (
        ("basemap.pmtiles", "put the city's own basemap (PMTiles) there; maps work without, bare"),
        ("net.pmtiles", "it is drawn when a plan is adopted"),
    ):
        found = (folder / name).exists()
        yield Finding(GOOD if found else CARE, f"{name} {'is there' if found else 'is missing'}",
                      way_out)  # fmt: skip


def _printing() -> Iterator[Finding]:
    from yige.homes.printer import is_ready

    if not is_ready():
        yield Finding(CARE, "cards and household maps cannot be printed: Pango is missing",
                      "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
                      "fonts-noto-cjk")  # fmt: skip
    elif not _has_chinese_font():
        yield Finding(CARE, "cards would be printed without Chinese signs: there is no font",
                      "apt install fontconfig fonts-noto-cjk")  # fmt: skip
    else:
        yield Finding(GOOD, "cards and household maps can be printed")


def _has_chinese_font() -> bool:
    found = shutil.which("fc-list")
    if found is None:
        return False
    listed = subprocess.run([found, ":lang=zh"], capture_output=True, check=False)  # noqa: S603
    return bool(listed.stdout.strip())
