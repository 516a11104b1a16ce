"""Pages on cases: for residents, for workers outdoors, and for the desks."""
