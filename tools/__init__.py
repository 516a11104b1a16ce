"""The tools behind `make`. They use the standard library alone until .venv stands."""
