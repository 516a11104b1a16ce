"""Places that people go to: stations of a grid with hours and rooms, schools, shops, layers."""

COMMAND_MODULES = ()
