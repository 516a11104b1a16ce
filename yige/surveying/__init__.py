"""How a survey comes about: sheets for groups of surveyors, coverage, cross-checks on arrival.

Words: a *campaign* counts an area on a day; a *sheet* is one building of it, with a *line* for
each unit; a *group* of surveyors has sheets. A *finding* is what does not agree in a sheet. When
a campaign is *frozen* its counts never change again, and the territory takes them over as one
survey. Counts only: no resident's name is written anywhere.
"""

COMMAND_MODULES = ("campaigns", "groups", "counting", "checking", "freezing", "uploads")
