"""Settings of the city: rows with a value and its source, changed by command, read with a cache.

A room declares its settings with a default and where the default comes from; an administrator
sees and changes them. Values are JSON.
"""

from dataclasses import dataclass
from json import JSONDecodeError, dumps, loads
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from yige.base.access import Actor, Role
from yige.base.commands import Call, command
from yige.base.fields import Body, Line, Words
from yige.base.models import Setting
from yige.base.reading import forget, once
from yige.kernel.errors import Invalid


@dataclass(frozen=True)
class Declared:
    """A setting of the city: what it means, its default and the source of the default."""

    name: str
    default: Any
    label: str | Promise
    source: str


DECLARED: dict[str, Declared] = {}


class UnknownSetting(Invalid):
    """No room has a setting of this name."""

    code = "base.unknown_setting"


class NotAValue(Invalid):
    """The value is not JSON, or of another kind than the default."""

    code = "base.not_a_value"


class SettingSaid(Body):
    """A new value for a setting, as JSON, and where it comes from."""

    name: Line = Field(max_length=60)
    value: Words
    source: Line = ""


def declare(name: str, default: Any, *, label: str | Promise, source: str) -> None:
    """Make a setting known."""
    DECLARED[name] = Declared(name, default, label, source)


def setting(name: str) -> Any:
    """Return the value in force: the city's own, else the declared default."""
    own = rows_in_force().get(name)
    return DECLARED[name].default if own is None else loads(own[0])


def rows_in_force() -> dict[str, tuple[str, str]]:
    """Read every row with its value and source, as JSON; once for a page that is read."""
    return once("base.settings", _rows)


def _rows() -> dict[str, tuple[str, str]]:
    # Plain SQL: read by every command, and building the query took longer than answering it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, value, source FROM base_setting")
        return {name: (value, source) for name, value, source in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting's value of this moment and where it comes from."""

    value: Any
    source: str


def settings_in_force() -> dict[str, InForce]:
    """Return every declared setting with its value and source."""
    own = rows_in_force()
    return {
        name: InForce(loads(own[name][0]), own[name][1] or said.source)
        if name in own
        else InForce(said.default, said.source)
        for name, said in DECLARED.items()
    }


def may_set(actor: Actor, said: SettingSaid) -> bool:
    """The city's system administrator keeps its settings."""
    return actor.holds(Role.SYSTEM_ADMIN, Role.SYSTEM)


@command("base.set", may=may_set)
def set_value(call: Call, said: SettingSaid) -> dict[str, str]:
    """Change a setting of the city."""
    known = DECLARED.get(said.name)
    if known is None:
        raise UnknownSetting(name=said.name)
    value = _read(said)
    if not isinstance(value, type(known.default)):
        raise NotAValue(name=said.name, wanted=type(known.default).__name__)
    Setting.objects.update_or_create(
        name=said.name,
        defaults={
            "value": dumps(value, ensure_ascii=False),
            "source": said.source,
            "changed_by": call.id,
        },
    )
    forget()
    call.tell("base.setting_changed", name=said.name)
    return {"name": said.name}


def _read(said: SettingSaid) -> Any:
    try:
        return loads(said.value)
    except JSONDecodeError:
        raise NotAValue(name=said.name, wanted="JSON") from None


declare("city.name", "", label=_("Name of the city"), source="yige init")
declare("city.code", "", label=_("Division code of the city (6 digits)"), source="yige init")
declare(
    "city.phone", "12345", label=_("Public telephone of the service"), source="national hotline"
)
