"""Refusals about doors, household maps and contact cards."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SAID: Final = {
    "homes.unit_missing": (
        _("There is no unit {unit} in your area, or its doors are not listed."),
        _("Please choose one from the list of buildings."),
    ),
    "homes.doors_missing": (
        _("This stairwell has no door {numbers}."),
        _("Please reload the page; its doors may have been listed anew."),
    ),
    "homes.doors_there": (
        _("The doors of these units are listed already: {units}."),
        _("Say that they shall be replaced, or leave them as they are."),
    ),
    "homes.no_doors_to_make": (
        _("Nobody knows how many doors these units have: {units}."),
        _("Please enter floors and doors per floor."),
    ),
    "homes.too_many_doors": (
        _("Unit {unit} would get {doors} doors; {most} is the most."),
        _("Please correct the floors or the doors per floor."),
    ),
    "homes.door_columns_missing": (
        _("The file has no column for: {missing}. It has: {found}."),
        _("Please take the template, or name the columns as it does."),
    ),
    "homes.door_rows_wrong": (
        _("{count} rows cannot be right; nothing was stored."),
        _("Correct them in the file, or accept the file without these rows."),
    ),
    "homes.no_door_in_file": (
        _("Not one row of this file is a door of your area."),
        _("Please look at what is wrong with its rows, or choose another area."),
    ),
    "homes.card_missing": (
        _("There is no such card in your area."),
        _("Please choose one from the list."),
    ),
    "homes.card_unknown": (
        _("This code belongs to no card."),
        _("Please scan it again, or call the number on the card."),
    ),
    "homes.run_missing": (
        _("There is no such printing in your area."),
        _("Please choose one from the list."),
    ),
    "homes.nothing_to_print": (
        _("There is nothing to print in this area."),
        _("Cards need grids in force; household maps need doors that are listed."),
    ),
    "homes.ends_too_soon": (
        _("Paper cannot be good until {expires_on}."),
        _("Please choose a day between tomorrow and three years from now."),
    ),
    "homes.no_printer": (
        _("This machine cannot draw pages: Pango or a Chinese font is missing."),
        _("Please ask who runs this machine to install Pango and a Chinese font."),
    ),
}
