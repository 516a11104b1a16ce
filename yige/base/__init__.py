"""The ground floor: the command door, the journal, who may see what, jobs, keys, calendar.

Words: a *command* is a change that was asked for; an *entry* is its line in the journal; an
*event* is a fact the entry tells; a *listener* hears events by its own cursor; a *job* is work
that a worker does later. Every room above stands on this one.
"""

COMMAND_MODULES = ("city", "calendar", "deferred", "tokens", "joblist", "own", "proof")
