"""What every room may stand on: errors, time, ids, codes, places. No framework."""
