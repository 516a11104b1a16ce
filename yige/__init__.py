"""Yige 一格: the city's grid in one place."""
