"""Reads workflow documents: text to a definition, with a diagnostic for everything that is wrong."""

from counterpoint.dsl.data import read_data
from counterpoint.dsl.definition import Checked, Definition, check, digest, export_portable, load
from counterpoint.dsl.forms import to_author, to_portable
from counterpoint.dsl.limits import DocumentLimits

__all__ = [
    "Checked",
    "Definition",
    "DocumentLimits",
    "check",
    "digest",
    "export_portable",
    "load",
    "read_data",
    "to_author",
    "to_portable",
]
