"""The inbox that every signed-in person has."""
