"""From a report to its rated end: intake, workflow, clocks, disposal, follow-up.

Words: a *case* is something to be done, with a number; it is *held* by the desk of a level (grid,
community, town, city) or by a *unit* (an organisation it was dispatched to); a *step* is a verb of
the workflow table taken with it; a *clock* runs over the working calendar and rests while a case
is parked; an *echo* is somebody else who met the same. Pages, the API, imports and the demo call
this room by commands; insight hears its events.
"""

COMMAND_MODULES = (
    "categories",
    "workflow",
    "intake",
    "handling",
    "routing",
    "ending",
    "pace",
    "reporters",
)
