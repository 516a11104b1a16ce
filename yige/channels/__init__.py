"""What goes out and comes in: notices to persons, the outbox, adapters by kind of channel."""

COMMAND_MODULES = ("inbox",)
