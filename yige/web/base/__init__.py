"""Pages of the ground floor: one's jobs, and the city's settings."""
