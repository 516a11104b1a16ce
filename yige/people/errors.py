"""What this room refuses."""

from yige.kernel.errors import Conflict, Forbidden, Invalid, Missing


class NoSuchOrganisation(Missing):
    """No organisation has this code, or none the actor may see."""

    code = "people.no_such_organisation"


class NoSuchPost(Missing):
    """No open post has this id in the actor's area."""

    code = "people.no_such_post"


class NoSuchPerson(Missing):
    """No person has this id in the actor's area."""

    code = "people.no_such_person"


class NoSuchAppointment(Missing):
    """The person does not hold this post."""

    code = "people.no_such_appointment"


class SeatTaken(Conflict):
    """Every seat of the post is held at that time; end an appointment or want more seats."""

    code = "people.seat_taken"


class TwoAdministrators(Forbidden):
    """Nobody is two of system, security and audit administrator at a time."""

    code = "people.two_administrators"


class EndsBeforeItBegins(Invalid):
    """The end of a period lies before its beginning."""

    code = "people.ends_before_it_begins"


class UserNameTaken(Conflict):
    """Another account has this user name."""

    code = "people.user_name_taken"


class PostHeld(Conflict):
    """The post is held; its appointments have to end first."""

    code = "people.post_held"


class PostFixed(Invalid):
    """A post keeps its role and area; another role or area is another post."""

    code = "people.post_fixed"
