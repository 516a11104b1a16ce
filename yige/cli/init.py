"""Set up a real, empty city; bring an installation to this release."""

from pathlib import Path
from typing import Any, Final

import click

from yige.base.access import Role
from yige.cli.founding import (
    appoint_administrator,
    bring_up_to_date,
    found_city,
    refuse_second_city,
    seed,
)
from yige.cli.imports import divisions as enter_divisions
from yige.config.installation import home

ADMINISTRATORS: Final = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
SETTINGS: Final = """\
# What this installation is told at its start. Anything here may also be set as YIGE_<NAME>.
# After a change: restart `yige serve`.
hosts = "{hosts}"
tls = {tls}
host = "{host}"
port = {port}
time_zone = "{time_zone}"
mail_host = "{mail_host}"
mail_port = {mail_port}
mail_from = "{mail_from}"
"""


@click.command("init")
@click.option("--city-code", prompt="Division code of the city (6 digits)")
@click.option("--city-name", prompt="Name of the city")
@click.option("--system-admin", prompt="Name of the system administrator")
@click.option("--security-admin", prompt="Name of the security administrator")
@click.option("--audit-admin", prompt="Name of the audit administrator")
@click.option("--hosts", default="127.0.0.1,localhost", prompt="Addresses it is reached at")
@click.option("--tls/--no-tls", default=False, prompt="Is it served over HTTPS")
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", default=8000, help="Port to listen on.")
@click.option("--time-zone", default="Asia/Shanghai")
@click.option("--mail-host", default="", prompt="Mail server (empty: no mail)")
@click.option("--mail-port", default=25)
@click.option("--mail-from", default="yige@localhost")
@click.option("--divisions-datum", default="cgcs2000", help="Datum of the table's places.")
@click.option(
    "--divisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Table of towns and communities: code, name (can follow: `yige import divisions`).",
)
def init_command(city_code: str, city_name: str, divisions: Path | None, **said: Any) -> None:
    """Set up a real, empty city: settings, database, calendar, categories, administrators."""
    write_settings(said)
    bring_up_to_date()
    refuse_second_city()
    found_city(city_code, city_name)
    if divisions:
        enter_divisions.main(
            [str(divisions), "--datum", said["divisions_datum"]], standalone_mode=False
        )
    _say_first_passwords(
        [
            (role, appoint_administrator(role, said[role.value], city_code))
            for role in ADMINISTRATORS
        ]
    )


@click.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to this release. Data stays; run it after each installation."""
    bring_up_to_date()
    seed()
    click.echo("The database is at this release.")


def write_settings(said: dict[str, Any]) -> None:
    """Write yige.toml of the home, unless it is there: an operator's file is never overwritten."""
    path = home() / "yige.toml"
    if path.exists():
        click.echo(f"{path} is kept as it is.")
        return
    values = {name: str(value).lower() if isinstance(value, bool) else value
              for name, value in said.items()}  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SETTINGS.format(**values), "utf-8")


def _say_first_passwords(made: list[tuple[Role, tuple[str, str]]]) -> None:
    click.echo("\nThe three administrators and their first passwords (shown once; change them):")
    for role, (username, password) in made:
        click.echo(f"  {role.value:<16} {username:<16} {password}")
    click.echo("\nNext: `yige doctor`, then `yige serve`.")
