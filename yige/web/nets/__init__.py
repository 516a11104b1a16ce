"""Pages on which old nets come in, are laid over the grids, handed over, and retired."""
