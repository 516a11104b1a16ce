"""Places in words: what the map's picker asks, and the search for an address."""
