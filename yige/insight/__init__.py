"""Figures: counters kept by a listener, indicators with numerator and denominator."""

COMMAND_MODULES = ()
