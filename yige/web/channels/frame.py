"""What this room puts into the frame of a page."""

from yige.base.access import Actor
from yige.channels import queries


def inbox_count(actor: Actor) -> int:
    """Count unread notices for the head of the page."""
    return queries.unread(actor)
