"""The workflow in force, and the version that each case runs under."""

from functools import cache
from pathlib import Path
from typing import Final

from pydantic import Field

from yige.base import snapshot
from yige.base.access import Actor, Role
from yige.base.commands import Call, command
from yige.base.crypto import digest
from yige.base.fields import Body
from yige.base.snapshot import Snapshot
from yige.cases.errors import WorkflowWrong
from yige.cases.models import Workflow
from yige.cases.table import Table, read_table

SHIPPED: Final = Path(__file__).parent / "data" / "workflow.yaml"
STAMP: Final = "workflow"


class TableSaid(Body):
    """A workflow table as YAML; none is the one that this release ships."""

    text: str = Field(default="", max_length=200_000)


def may_keep_workflow(actor: Actor, body: object) -> bool:
    """The system administrator keeps workflow and categories."""
    return actor.holds(Role.SYSTEM_ADMIN, Role.SYSTEM)


@command("cases.load_workflow", may=may_keep_workflow)
def load_workflow(call: Call, said: TableSaid) -> dict[str, int]:
    """Check a table of states and verbs and make it the workflow of new cases.

    The same table again changes nothing; a version that is there already is never changed.
    """
    text = said.text or SHIPPED.read_text("utf-8")
    table = read_table(text)
    known = Workflow.objects.filter(digest=digest(text)).first()
    if known:
        return {"version": known.version}
    if Workflow.objects.filter(version=table.version).exists():
        raise WorkflowWrong(faults=[f"version {table.version} is another table already"])
    if missing := sorted(set(shipped().rules) - set(table.rules)):
        raise WorkflowWrong(faults=[f"verb {verb} is missing" for verb in missing])
    Workflow.objects.create(
        version=table.version, text=text, digest=digest(text), loaded_at=call.at
    )
    snapshot.stamp(STAMP, by=call.id)
    call.tell("cases.workflow_loaded", version=table.version)
    return {"version": table.version}


def current(held: Snapshot) -> Table:
    """Return the workflow that new cases begin under: the city's last, else the shipped one."""
    return held.kept(STAMP, _last)


def table_of(version: int, held: Snapshot) -> Table:
    """Return the workflow of a version."""
    now = current(held)
    return now if now.version == version else held.kept(f"{STAMP}.{version}", lambda: _of(version))


@cache
def shipped() -> Table:
    """Return the table that this release ships."""
    return read_table(SHIPPED.read_text("utf-8"))


def _last() -> Table:
    last = Workflow.objects.order_by("-version").first()
    return read_table(last.text) if last else shipped()


def _of(version: int) -> Table:
    found = Workflow.objects.filter(version=version).first()
    return read_table(found.text) if found else shipped()
