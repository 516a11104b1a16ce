"""Versions of the workflow: a case keeps the one it began under."""

import pytest

from tests.cases.offices import Offices, do, report, step
from yige.base import snapshot
from yige.base.access import SYSTEM
from yige.base.commands import NotAllowed
from yige.cases.errors import WorkflowWrong
from yige.cases.models import Workflow
from yige.cases.workflow import SHIPPED, current


def another(version: int) -> str:
    """A table in which only the platform may accept."""
    text = SHIPPED.read_text("utf-8").replace("version: 1", f"version: {version}")
    return text.replace(
        "moves: {received: accepted}\n    roles: [grid_worker, station, intake, platform]",
        "moves: {received: accepted}\n    roles: [platform]",
    )


def test_a_case_keeps_the_workflow_it_began_under(offices: Offices) -> None:
    old = report(offices)
    do("cases.load_workflow", {"text": another(2)}, by=SYSTEM)
    new = report(offices)

    assert step("accept", old, offices["worker"]).state == "accepted"
    with pytest.raises(NotAllowed):
        step("accept", new, offices["worker"])
    assert (old.workflow, new.workflow) == (1, 2)


def test_the_same_table_again_is_no_new_version(offices: Offices) -> None:
    again = do("cases.load_workflow", {}, by=SYSTEM)

    assert again.result["version"] == 1
    assert Workflow.objects.count() == 1


def test_a_version_is_never_another_table(offices: Offices) -> None:
    with pytest.raises(WorkflowWrong):
        do("cases.load_workflow", {"text": another(1)}, by=SYSTEM)


def test_a_table_without_a_verb_that_commands_need_is_refused(offices: Offices) -> None:
    lines = (
        another(2).split("  extend:\n")[0]
        + "  reclassify:\n    stays: true\n    roles: [station]\n"
    )

    with pytest.raises(WorkflowWrong) as refusal:
        do("cases.load_workflow", {"text": lines}, by=SYSTEM)

    assert refusal.value.facts["faults"] == ["verb extend is missing"]


def test_a_desk_cannot_change_the_workflow(offices: Offices) -> None:
    with pytest.raises(NotAllowed):
        do("cases.load_workflow", {"text": another(2)}, by=offices["platform"])

    assert current(snapshot.take()).version == 1
