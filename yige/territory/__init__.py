"""Where things are: divisions, units, places, plans and grids, and what lies where on any day.

Words: a *unit* is a basic governance unit (a stairwell), permanent; a *grid* is a set of units for
a time; a *plan* is a proposal of grids; *adoption* makes it the net. Cases, posts and everything
above ask this room for the area of a place.
"""

COMMAND_MODULES = (
    "divisions", "imports", "plans", "plan_import", "plan_jobs", "proving", "strokes",
    "consulting",
    "adoption", "division_changes",
)  # fmt: skip
