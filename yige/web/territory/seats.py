"""Who sees the pages of plans, and who drafts on them."""

from typing import Final

from yige.base.access import Role

SEERS: Final = (Role.PLANNER, Role.SYSTEM_ADMIN, Role.PLATFORM)
DRAFTERS: Final = (Role.PLANNER, Role.SYSTEM_ADMIN)
CONSULTED: Final = (Role.STATION, Role.INTAKE)
