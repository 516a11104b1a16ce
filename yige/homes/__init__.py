"""Doors without names, household maps, contact cards, and what of it was printed."""

COMMAND_MODULES = ("doors", "door_imports", "cards", "prints")
