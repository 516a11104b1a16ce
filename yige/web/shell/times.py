"""How instants, spans, money and shares are said on a page (`tags` gives them out)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext, ngettext


def stamp(at: datetime, *, now: datetime) -> str:
    """Say day and minute in the city's time; the year only where it is another one."""
    local, here = timezone.localtime(at), timezone.localtime(now)
    form = "%m-%d %H:%M" if local.year == here.year else "%Y-%m-%d %H:%M"
    return local.strftime(form)


def second(at: datetime) -> str:
    """Say the second of the day, for "as of"."""
    return timezone.localtime(at).strftime("%H:%M:%S")


def span(length: timedelta) -> str:
    """Say how long, in the largest unit that fits, rounded down: 40 minutes, 2 hours, 3 days."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = minutes // (24 * 60)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def since(at: datetime, *, now: datetime) -> str:
    """Say how long ago, or "just now" within a minute (and for clocks that run ahead)."""
    passed = now - at
    if passed < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(span)s ago") % {"span": span(passed)}


@dataclass(frozen=True, slots=True)
class Left:
    """The time left to a deadline: a sentence, and how urgent it is."""

    words: str
    tone: str


def left(due: datetime, *, now: datetime) -> Left:
    """Say the time left. Under two hours is urgent; what is over says by how much."""
    rest = due - now
    if rest < timedelta():
        return Left(gettext("✕ overdue by %(span)s") % {"span": span(rest)}, "bad")
    words = gettext("%(span)s left") % {"span": span(rest)}
    return Left(f"! {words}", "caution") if rest < timedelta(hours=2) else Left(words, "")


def money(cents: int) -> str:
    """Say an amount that is kept in cents (fen)."""
    return gettext("%(amount)s yuan") % {"amount": f"{Decimal(cents) / 100:,.2f}"}


def share(part: int, whole: int) -> str:
    """Say a rate with the two numbers it is made of; none without a whole."""
    if whole == 0:
        return gettext("no figure (0 of 0)")
    return f"{part / whole:.1%} = {part:,}/{whole:,}"
