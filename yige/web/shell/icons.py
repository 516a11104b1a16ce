"""Our own small set of line icons, 24 x 24. Decoration: the word stands beside it."""

from typing import Final

from django.utils.safestring import SafeString, mark_safe

LINES: Final = {
    "back": "M15 5l-7 7 7 7",
    "bell": "M6 17h12l-1.5-2.5V10a4.5 4.5 0 0 0-9 0v4.5zM10 20h4",
    "camera": "M4 8h4l2-3h4l2 3h4v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7",
    "check": "M5 12.5l5 5 9-11",
    "clock": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5V12l3.5 2",
    "close": "M6 6l12 12M18 6L6 18",
    "copy": "M9 9h11v11H9zM15 9V4H4v11h5",
    "down": "M6 9l6 6 6-6",
    "file": "M6 3.5h8l4 4v13H6zM14 3.5v4h4",
    "forward": "M9 5l7 7-7 7",
    "globe": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M4 12h16M12 4c5 5 5 11 0 16c-5-5-5-11 0-16",
    "grid": "M4 4h16v16H4zM4 12h16M12 4v16",
    "home": "M4 11l8-7 8 7v9h-5.5v-6h-5v6H4z",
    "list": "M9 6h11M9 12h11M9 18h11M4 6h1M4 12h1M4 18h1",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "map": "M4 6l5-2 6 2 5-2v14l-5 2-6-2-5 2zM9 4v14M15 6v14",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20.5c1-5 14-5 15 0",
    "phone": "M5 4h4l2 5-2.5 2a12 12 0 0 0 4.5 4.5l2-2.5 5 2v4c-9 1-16-6-15-15z",
    "place": "M12 21c-5-6-7-8.5-7-11a7 7 0 0 1 14 0c0 2.5-2 5-7 11M9.5 10h5",
    "plus": "M12 5v14M5 12h14",
    "print": "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    "search": "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12M15 15l5 5",
    "size": "M3 19L9 5l6 14M5 14.5h8M16 19l3-7 3 7M17 17h4",
    "warn": "M12 4l9 16H3zM12 10v4.5M12 17v.5",
}


def icon_svg(name: str) -> SafeString:
    """Draw an icon of the set; a name outside it raises KeyError."""
    return mark_safe(  # noqa: S308 - the paths are the constants above
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" '
        'stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'
        f'<path d="{LINES[name]}"/></svg>'
    )
