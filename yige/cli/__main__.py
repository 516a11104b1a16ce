"""`python -m yige.cli` is `yige`."""

from yige.cli.main import main

main()
