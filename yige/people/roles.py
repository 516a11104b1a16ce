"""The words for roles, and which role keeps the desk at each level."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from yige.base.access import Role
from yige.kernel.codes import Level

ROLE_NAMES: Final = {
    Role.RESIDENT: _("Resident"),
    Role.GRID_WORKER: _("Grid worker"),
    Role.STATION: _("Community station"),
    Role.INTAKE: _("Town intake centre"),
    Role.PLATFORM: _("City platform (12345)"),
    Role.COMMANDER: _("Commander"),
    Role.PLANNER: _("Planner"),
    Role.ANALYST: _("Analyst"),
    Role.HANDLER: _("Handling unit"),
    Role.POLICE: _("Community police officer"),
    Role.PROPERTY_MANAGER: _("Property manager"),
    Role.OFFICIAL: _("Deployed official"),
    Role.VOLUNTEER: _("Volunteer"),
    Role.BUILDING_HEAD: _("Building head"),
    Role.CONTACT_HOUSEHOLD: _("Contact household"),
    Role.ORGANISATION: _("Resident organisation"),
    Role.SYSTEM_ADMIN: _("System administrator"),
    Role.SECURITY_ADMIN: _("Security administrator"),
    Role.AUDIT_ADMIN: _("Audit administrator"),
    Role.SYSTEM: _("Yige"),
}

DESK_ROLES: Final = {
    Level.GRID: Role.GRID_WORKER,
    Level.COMMUNITY: Role.STATION,
    Level.TOWN: Role.INTAKE,
    Level.CITY: Role.PLATFORM,
}
"""Who answers first at each level: a case is with the lowest of these that is filled."""

GRID_TEAM: Final = (Role.GRID_WORKER, Role.POLICE, Role.PROPERTY_MANAGER)
"""One of each in every grid: the 1 + 1 + 1 of 1+1+1+N."""
