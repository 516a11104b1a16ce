"""Who does the work: organisations, persons, posts and who holds them on any day.

A post is a seat (role and area); an appointment puts a person on it for a time. A person's rights
in the house come from the posts held at that moment, and from nothing else.
"""

COMMAND_MODULES = ("organisations", "posts")
