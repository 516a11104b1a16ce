"""Pages on doors, household maps and contact cards."""
