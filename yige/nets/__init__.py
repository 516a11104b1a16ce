"""Old nets become one: their cells, people and duties, laid over the grids and handed over."""

COMMAND_MODULES = ()
