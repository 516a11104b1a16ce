"""`yige audit`: walk the journal and prove that nobody touched it."""

import sys
from pathlib import Path

import click

from yige.base.journal import verify
from yige.base.proof import export_head, heads_path, known_heads


@click.group("audit")
def audit() -> None:
    """Walk the journal and prove that nobody touched it."""


@audit.command("verify")
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Heads exported earlier and kept elsewhere (default: heads.txt of this installation).",
)
def verify_command(heads: Path | None) -> None:
    """Walk the whole chain; exit with 1 when an entry was edited, removed, inserted or moved."""
    known = known_heads(heads)
    verdict = verify(known=known)
    for flaw in verdict.flaws:
        print(f"✕ entry {flaw.position}: {flaw.what}")
    print(
        f"{verdict.entries} entries, {verdict.blanked} bodies removed by a rule,"
        f" {len(known)} exported heads, {len(verdict.flaws)} flaws."
    )
    print(f"Head: {verdict.seal or 'none yet'}")
    sys.exit(1 if verdict.flaws else 0)


@audit.command("export-head")
def export_head_command() -> None:
    """Write the head of this moment to heads.txt; copy that file to another machine."""
    written = export_head()
    if written:
        print(f"Entry {written['position']} {written['seal']} is in {heads_path()}.")
    else:
        print("Nothing new to export.")
