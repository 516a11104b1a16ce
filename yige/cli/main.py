"""`yige`: one word for everything an operator does.

Each subcommand lives in a module of its own and is imported when it is asked for, so that
`yige divide` starts no Django and `yige --help` starts nothing.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from yige import __version__

SUBCOMMANDS: Final = {
    "init": ("yige.cli.init", "Set up a real, empty city."),
    "demo": ("yige.cli.demo", "Make the demo city, once, and serve it."),
    "serve": ("yige.cli.serve", "Serve the pages and the API, with a worker beside them."),
    "worker": ("yige.cli.serve", "Run jobs and listeners until told to stop."),
    "upgrade": ("yige.cli.init", "Bring the database to this release."),
    "doctor": ("yige.cli.doctor", "Say what is wrong with this installation."),
    "import": ("yige.cli.imports", "Bring in divisions, their changes, a survey or cases."),
    "plan": ("yige.cli.plan", "Divide the city's surveyed units into grids, and adopt them."),
    "divide": ("yige.cli.divide", "Divide units of a file into grids, without a database."),
    "locate": ("yige.cli.locate", "Find the unit and area of each point of a file."),
    "audit": ("yige.cli.audit", "Walk the journal and prove that nobody touched it."),
}
WITHOUT_DATABASE: Final = {"divide"}
NO_CITY: Final = (
    "the database of {home} is empty or older than this release. `yige init` sets up a city, "
    "`yige upgrade` brings one to this release; YIGE_HOME names another home."
)


class Subcommands(click.Group):
    """Load a subcommand's module at the moment it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        module, _ = SUBCOMMANDS[cmd_name]
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yige.config.settings")
        if cmd_name == "demo":
            _be_the_demo()
        if cmd_name not in WITHOUT_DATABASE:
            import_module("django").setup()
        offered = vars(import_module(module))
        found: click.Command = offered.get(f"{cmd_name}_command") or offered[cmd_name]
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in SUBCOMMANDS.items()])


@click.command(cls=Subcommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="yige", message="%(prog)s %(version)s")
def cli() -> None:
    """Yige 一格: a city's grid in one place."""


def main() -> None:
    """Run the command line; a refusal of the house is told in one sentence, with exit code 1."""
    refusal = import_module("yige.kernel.errors").Refusal
    try:
        cli(prog_name="yige")
    except refusal as error:
        click.echo(f"yige: {_sentence(error)}", err=True)
        sys.exit(1)
    except Exception as error:
        if not _is_for_want_of_tables(error):
            raise
        click.echo(f"yige: {NO_CITY.format(home=_home())}", err=True)
        sys.exit(1)


def _be_the_demo() -> None:
    """Keep the demo in a home of its own, where every page says what it is."""
    root: Path = import_module("yige.config.installation").ROOT
    os.environ.setdefault("YIGE_HOME", str(root / "var" / "demo"))
    os.environ["YIGE_DEMO"] = "1"


def _is_for_want_of_tables(error: Exception) -> bool:
    """Tell whether the database is empty, or older than this release."""
    database = sys.modules.get("django.db")
    if database is None or not isinstance(error, database.DatabaseError):
        return False
    executor = import_module("django.db.migrations.executor").MigrationExecutor
    found = executor(database.connection)
    return bool(found.migration_plan(found.loader.graph.leaf_nodes()))


def _home() -> Path:
    home: Path = import_module("yige.config.installation").home()
    return home


def _sentence(error: Exception) -> str:
    """Say a refusal in words where Django is up, by code and facts where it is not."""
    if "django.apps" not in sys.modules or not sys.modules["django.apps"].apps.ready:
        return str(error)
    with import_module("django.utils.translation").override("en"):
        words: str = import_module("yige.edge.told").sentence_of(error)
    return words
