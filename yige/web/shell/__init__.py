"""The frame of every page: layout, menu, template tags, forms, icons, map tiles.

Its words: an *entry* is a built script with its styles; a *piece* is a bit of page used by many.
Every web room stands on it; it knows none of them (`frame.py` collects what they offer).
"""
