"""From a report to its rated end: intake, workflow, clocks, disposal, follow-up."""

COMMAND_MODULES = ("intake", "workflow")
