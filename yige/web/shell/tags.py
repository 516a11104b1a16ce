"""Template tags and filters of every page, loaded everywhere (docs/reference/pages.md)."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, HiddenInput
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from yige.kernel.ids import new_id
from yige.web.shell import times
from yige.web.shell.built import entry_named
from yige.web.shell.forms import Form
from yige.web.shell.icons import icon_svg

register = template.Library()


@register.simple_tag
def entry(name: str) -> SafeString:
    """Link a built script and its styles: `{% entry "map" %}`."""
    files = entry_named(name)
    base = f"{settings.STATIC_URL}built/"
    styles = format_html_join(
        "\n", '<link rel="stylesheet" href="{}{}">', ((base, style) for style in files.styles)
    )
    needs = format_html_join(
        "\n", '<link rel="modulepreload" href="{}{}">', ((base, need) for need in files.needs)
    )
    script = format_html('<script type="module" src="{}{}"></script>', base, files.script)
    return format_html("{}\n{}\n{}", styles, needs, script)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon beside its word: `{% icon "print" %}`."""
    return icon_svg(name)


@register.simple_tag
def badge(tone: str, sign: str, word: Any) -> SafeString:
    """Say a state by sign and word; the tone only colours it: `{% badge "ok" "✓" _("sent") %}`."""
    return format_html('<span class="badge" data-tone="{}">{} {}</span>', tone, sign, word)


@register.simple_tag
def command_id(form: Form | None = None) -> SafeString:
    """Give a form the id of the command it will send."""
    known = form.command_id if form else str(new_id())
    return format_html('<input type="hidden" name="command_id" value="{}">', known)


@register.filter
def stamp(at: datetime | None) -> str:
    return times.stamp(at, now=timezone.now()) if at else ""


@register.filter
def since(at: datetime | None) -> str:
    return times.since(at, now=timezone.now()) if at else ""


@register.filter
def number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


@register.filter
def money(cents: int | None) -> str:
    return "" if cents is None else times.money(cents)


@register.simple_tag
def share(part: int, whole: int) -> str:
    return times.share(part, whole)


@register.simple_tag
def time_left(due: datetime | None) -> SafeString | str:
    """Say the time left; the page keeps it ticking: `{% time_left case.due_at %}`."""
    if due is None:
        return ""
    left = times.left(due, now=timezone.now())
    return format_html(
        '<time class="time-left" datetime="{}" data-time-left data-tone="{}" '
        'data-left="{}" data-over="{}">{}</time>',
        due.isoformat(timespec="seconds"),
        left.tone,
        *_ticking(get_language()),
        left.words,
    )


@cache
def _ticking(language: str | None) -> tuple[str, str]:
    """Say in a language what the page puts a span into; asked for each line of a list."""
    return (
        gettext("%(span)s left") % {"span": "{}"},
        gettext("✕ overdue by %(span)s") % {"span": "{}"},
    )


@register.simple_tag
def as_of(at: datetime | None = None) -> SafeString:
    """Say of which second the figures are; `poll` turns it to "cut off" when answers stay away."""
    return format_html(
        '<span class="as-of" data-as-of="{}" data-fresh="{}" data-lost="{}">{}</span>',
        (at or timezone.now()).isoformat(timespec="seconds"),
        gettext("as of %(second)s") % {"second": "{}"},
        gettext("cut off, figures stopped at %(second)s") % {"second": "{}"},
        gettext("as of %(second)s") % {"second": times.second(at or timezone.now())},
    )


@register.inclusion_tag("pieces/field.html")
def field(form: Form, name: str, label: Any, kind: str = "text", **more: Any) -> dict[str, Any]:
    """Draw a field with label, hint and the sentence beside it.

    `kind`: text, tel, email, date, number, password, search, textarea, select, radio, checkboxes,
    checkbox. `choices` is (value, label) pairs. `hint`, `required`, `autocomplete`, `inputmode`,
    `maxlength`, `rows`, `placeholder`, `min`, `max`, `step` as in HTML.
    """
    choices: Iterable[tuple[Any, Any]] = more.pop("choices", ())
    chosen = form.chosen(name)
    return {
        "id": form.id_of(name),
        "name": name,
        "label": label,
        "kind": kind,
        "value": form.value(name),
        "error": form.errors.get(name, ""),
        "hint": more.pop("hint", ""),
        "required": bool(more.pop("required", False)),
        "rows": more.pop("rows", 4),
        "choices": [(str(value), words, str(value) in chosen) for value, words in choices],
        "more": more,
    }


@register.inclusion_tag("pieces/error_summary.html")
def error_summary(form: Form) -> dict[str, Any]:
    """Say on top what was refused, with links to the fields: `{% error_summary form %}`."""
    return {
        "is_refused": form.is_refused,
        "refusal": form.refusal,
        "quote": form.quote,
        "errors": [(form.id_of(name), sentence) for name, sentence in form.errors.items()],
    }


@register.inclusion_tag("pieces/bound_field.html")
def bound_field(bound: BoundField) -> dict[str, Any]:
    """Draw a field of a Django form (only the log-in pages have such)."""
    widget = bound.field.widget
    attributes: dict[str, Any] = {} if isinstance(widget, CheckboxInput) else {"class": "input"}
    if "placeholder" in widget.attrs:
        attributes["placeholder"] = ""
    described = [f"{bound.auto_id}-hint"] if bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}-error")
        attributes["aria-invalid"] = "true"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return {
        "bound": bound,
        "widget": bound.as_widget(attrs=attributes),
        "is_hidden": isinstance(widget, HiddenInput),
        "is_tick": isinstance(widget, CheckboxInput),
    }


@register.inclusion_tag("pieces/empty.html")
def empty(why: Any, href: str = "", label: Any = "", hidden: int = 0) -> dict[str, Any]:
    """Say why a list is empty and what comes next; a filter says how many rows it hides."""
    return {"why": why, "href": href, "label": label, "hidden": hidden}


@register.inclusion_tag("pieces/job.html")
def job(work: Any, cancel: str = "", watch: str = "") -> dict[str, Any]:
    """Show a long job: step, share done, elapsed, cancel (`cancel` and `watch` are addresses)."""
    return {"work": work, "percent": round(work.done * 100), "cancel": cancel, "watch": watch}


@register.inclusion_tag("pieces/photos.html")
def photos(name: str = "photos", limit: int = 3) -> dict[str, Any]:
    """A picker for photos with our own label and previews."""
    return {"name": name, "limit": limit}


@register.inclusion_tag("pieces/copy.html")
def copyable(text: str) -> dict[str, Any]:
    """Show a number that a tap copies."""
    return {"text": text}


@register.inclusion_tag("pieces/pager.html")
def pager(shown: int, total: str = "", older: str = "", newer: str = "") -> dict[str, Any]:
    """Say how many rows are shown and lead to the older and newer ones."""
    return {"shown": shown, "total": total, "older": older, "newer": newer}


@register.inclusion_tag("pieces/map.html")
def map_view(name: str, label: Any, **more: Any) -> dict[str, Any]:
    """Place a map (the page must ask for `{% entry "map" %}`): see docs/reference/pages.md."""
    worker = f"{settings.STATIC_URL}built/{entry_named('map/worker').script}"
    tall = more.pop("tall", False)
    return {
        "name": name,
        "label": label,
        "worker": worker,
        "tall": tall,
        "more": _attributes(more),
    }


def _attributes(settings_of_map: dict[str, Any]) -> list[tuple[str, Any]]:
    """Turn keywords into data attributes: `place_url` is `data-place-url`; True has no value."""
    return [
        (key.replace("_", "-"), "" if value is True else value)
        for key, value in settings_of_map.items()
        if value not in (None, False)
    ]
