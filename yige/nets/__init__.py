"""Old nets become one: their cells, people and duties, laid over the grids and handed over.

A *net* has *cells*, a cell covers units, a *duty* is done by somebody in a cell. A duty goes to
the posts of the grids its units lie in: each hand-over is a *transfer* with two signatures or a
recorded decision. What is handed over is kept by unit, so that a new division in the middle
neither loses nor doubles anything: what is still open is worked out from the net in force.
"""

COMMAND_MODULES = ("imports", "successors", "handing", "retiring")
