"""Arrays in, arrays and a report out: no Django, no files, no clock, no hidden randomness."""
