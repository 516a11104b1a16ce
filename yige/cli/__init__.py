"""The `yige` command: set up, run, look after and feed one installation."""
