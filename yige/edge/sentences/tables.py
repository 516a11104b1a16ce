"""Refusals of files that people bring: tables, shapes, datums and surveys."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SAID: Final = {
    "base.file_missing": (
        _("There is no file “{path}”."),
        _("Please look at its name and folder again."),
    ),
    "base.file_empty": (
        _("The file is empty."),
        _("Please save it again with a header row and at least one row under it."),
    ),
    "base.file_kind_unknown": (
        _("This kind of file cannot be read here."),
        _("Please save it as one of these: {reads}."),
    ),
    "base.file_damaged": (
        _("The file is damaged, or not what it says it is. {reason} {member}"),
        _("Please open it in the program it comes from and save it once more."),
    ),
    "base.file_encrypted": (
        _("The file is protected by a password."),
        _("Please save it without the password and bring it again."),
    ),
    "base.file_too_heavy": (
        _("The file is heavier than a file may be: {limit}, at most {allowed}. {member}"),
        _("Please save the table alone, without empty rows and pictures, or split it."),
    ),
    "base.archive_nested": (
        _("There is a packed file inside the packed file: {member}."),
        _("Please unpack it and bring what is in it."),
    ),
    "base.archive_unsafe": (
        _("A name in the archive leads out of its folder: {member}."),
        _("Please pack the files again, without folders. Nothing was unpacked."),
    ),
    "base.archive_ambiguous": (
        _("It is not clear which file of the archive is meant: {members}."),
        _("Please pack the one that is meant, or give its name."),
    ),
    "base.text_unreadable": (
        _("The text cannot be read from line {line} on."),
        _("Please save the file in UTF-8 or GB18030 and bring it again."),
    ),
    "base.part_missing": (
        _("The file has no sheet or layer “{part}”."),
        _("It has these: {parts}."),
    ),
    "base.crs_missing": (
        _("The coordinates are no degrees, and the file does not say what they are."),
        _("Please export it with its reference system (.prj), or in longitude and latitude."),
    ),
    "base.crs_not_taken": (
        _("Coordinates in “{crs}” cannot be brought to CGCS2000 exactly enough."),
        _("Please have the file converted to CGCS2000 by the office that drew it."),
    ),
    "base.reader_failed": (
        _("The file could not be read at the moment."),
        _("Please try again; if it happens twice, tell your system administrator."),
    ),
    "kernel.datum_missing": (
        _("Coordinates came without their datum."),
        _("Please state one of these: {known}. A wrong guess moves a city by half a kilometre."),
    ),
    "kernel.datum_unknown": (
        _("“{datum}” is no datum that is known here."),
        _("Please state one of these: {known}."),
    ),
    "territory.columns_missing": (
        _("The file lacks columns that are needed: {missing}. {wanted}"),
        _("It has these: {found}. Please rename them; a survey's template shows the names."),
    ),
    "territory.column_twice": (
        _("The file has the column “{column}” twice."),
        _("Please rename or remove one of the two."),
    ),
    "territory.mapping_invalid": (
        _("The mapping cannot be read at “{entry}”. {reason}"),
        _("An entry may be one of these: {known}."),
    ),
    "territory.survey_empty": (
        _("The file has a header and no unit under it."),
        _("Please look whether the right sheet was saved."),
    ),
    "territory.edges_unreadable": (
        _("The file of neighbours has no column “{wanted}”."),
        _("It has these: {found}. Two columns with the codes of two units are needed."),
    ),
    "territory.nothing_left": (
        _("All {rows} rows have an error, so that there is nothing to divide: {errors}."),
        _("Please look at the columns: is the one for the households the right one?"),
    ),
}

PARTS: Final = {
    ("base.file_too_heavy", "file_bytes"): _("its size in bytes"),
    ("base.file_too_heavy", "unpacked_bytes"): _("its size in bytes when unpacked"),
    ("base.file_too_heavy", "unpack_ratio"): _("how many times larger it becomes when unpacked"),
    ("base.file_too_heavy", "members"): _("the number of files packed in it"),
    ("base.file_too_heavy", "rows"): _("the number of its rows"),
    ("base.file_too_heavy", "columns"): _("the number of its columns"),
    ("base.file_too_heavy", "cell_length"): _("the letters in one cell"),
    ("base.file_too_heavy", "vertices"): _("the number of corners of its shapes"),
    ("base.file_too_heavy", "memory_bytes"): _("the memory in bytes that reading it takes"),
    ("base.file_too_heavy", "cpu_seconds"): _("the seconds of computing that reading it takes"),
    ("base.file_too_heavy", "wall_seconds"): _("the seconds that reading it takes"),
    ("territory.columns_missing", "code"): _("unit code"),
    ("territory.columns_missing", "community"): _("community code"),
    ("territory.columns_missing", "households"): pgettext_lazy("column", "households"),
    ("territory.columns_missing", "name"): _("name"),
    ("territory.columns_missing", "lon"): _("longitude"),
    ("territory.columns_missing", "lat"): _("latitude"),
}
