"""Counterpoint runs workflow documents durably and undoes them in the right order when they fail."""

__version__ = "0.1.0"
