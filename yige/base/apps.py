"""Make the ground floor known to Django, and let every room register what it offers."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps

ROOM_MODULES = ("listeners", "jobs", "affected", "work")


class BaseConfig(AppConfig):
    name = "yige.base"
    label = "base"

    def ready(self) -> None:
        """Import the modules of each room in which commands, listeners and jobs are written."""
        for room in apps.get_app_configs():
            if room.name.startswith("yige."):
                offered = getattr(import_module(room.name), "COMMAND_MODULES", ())
                for module in (*offered, *ROOM_MODULES):
                    if find_spec(f"{room.name}.{module}"):
                        import_module(f"{room.name}.{module}")
