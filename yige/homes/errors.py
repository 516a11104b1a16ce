"""What this room refuses."""

from yige.kernel.errors import Conflict, Invalid, Missing, Unavailable


class UnitMissing(Missing):
    """There is no such unit in the actor's area."""

    code = "homes.unit_missing"


class DoorsMissing(Missing):
    """The stairwell has no doors of these numbers; `numbers` names them."""

    code = "homes.doors_missing"


class DoorsThere(Conflict):
    """Units have a list of doors already, and nobody said that it shall be replaced."""

    code = "homes.doors_there"


class NoDoorsToMake(Invalid):
    """Neither the survey nor the order says how many doors there are."""

    code = "homes.no_doors_to_make"


class TooManyDoors(Invalid):
    """A stairwell would get more doors than any has."""

    code = "homes.too_many_doors"


class DoorColumnsMissing(Invalid):
    """The file has no column of units, or none of door numbers; `columns` are those it has."""

    code = "homes.door_columns_missing"


class DoorRowsWrong(Invalid):
    """Rows cannot be right, and nobody agreed to leave them out."""

    code = "homes.door_rows_wrong"


class NoDoorInFile(Invalid):
    """Not one row of the file is a door of the area."""

    code = "homes.no_door_in_file"


class CardMissing(Missing):
    """There is no such card in the actor's area."""

    code = "homes.card_missing"


class CardUnknown(Missing):
    """No card bears this code."""

    code = "homes.card_unknown"


class RunMissing(Missing):
    """There is no such printing in the actor's area."""

    code = "homes.run_missing"


class NothingToPrint(Invalid):
    """No grid is in force in this area, or nothing of it can be printed."""

    code = "homes.nothing_to_print"


class EndsTooSoon(Invalid):
    """Prints are good for a day at least and three years at most."""

    code = "homes.ends_too_soon"


class NoPrinter(Unavailable):
    """What draws the pages (Pango, a Chinese font) is missing on this machine."""

    code = "homes.no_printer"
