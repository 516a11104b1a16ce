"""Yige 一格: the city's grid in one place."""

__version__ = "0.1.0"
