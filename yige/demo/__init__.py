"""The demo: a synthetic Laizhou and a year of its cases, made from a seed.

The towns carry their real codes and names; coast, streets, communities, villages, firms and
people are invented. Everything here is arrays and files; `City` (city.py) and `Year` (year.py)
are what a loader reads.
"""
