"""The signs of states: tone, sign and word, never colour alone."""

from typing import Final

from yige.surveying.models import Sheet

CAMPAIGNS: Final = {"open": ("brand", "▶"), "frozen": ("ok", "✓"), "superseded": ("", "=")}
SHEETS: Final = {
    Sheet.NEW: ("", "○"), Sheet.UNDER_WAY: ("brand", "◔"), Sheet.DONE: ("caution", "!"),
    Sheet.CHECKED: ("ok", "✓"), Sheet.RETURNED: ("bad", "✕"),
}  # fmt: skip
UPLOADS: Final = {
    "reading": ("brand", "▶"), "checked": ("caution", "!"), "storing": ("brand", "▶"),
    "stored": ("ok", "✓"), "refused": ("bad", "✕"), "dropped": ("", "="),
}  # fmt: skip
HALF: Final = 50


def tone_of(percent: int) -> str:
    """Give the tone of a share that is counted: under half, under all, all."""
    if percent >= 100:
        return "ok"
    return "bad" if percent < HALF else "caution"
