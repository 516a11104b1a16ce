"""How a survey comes about: sheets for groups of surveyors, coverage, cross-checks on arrival."""

COMMAND_MODULES = ()
