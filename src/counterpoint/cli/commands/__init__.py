"""One module for each command.

Heavy imports stand inside the functions: `--help` and `validate` must answer at once.
"""
