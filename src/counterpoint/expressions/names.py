"""jq's built-in names, sorted by what they could do to the process that runs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import jq

CLOSED: Final[Mapping[str, str]] = {
    "env": "the environment is out of reach",
    "$ENV": "the environment is out of reach",
    "$__prog_args": "there are no program arguments",
    "input": "an expression has one input, `.`",
    "inputs": "an expression has one input, `.`",
    "input_filename": "files are out of reach",
    "input_line_number": "files are out of reach",
    "import": "modules are out of reach",
    "include": "modules are out of reach",
    "modulemeta": "modules are out of reach",
    "get_search_list": "modules are out of reach",
    "get_jq_origin": "files are out of reach",
    "get_prog_origin": "files are out of reach",
    "halt": "use the task `raise` instead",
    "halt_error": "use the task `raise` instead",
    "debug": "an expression writes nowhere",
    "stderr": "an expression writes nowhere",
    "localtime": "results must not depend on the machine's time zone; use gmtime",
    "strflocaltime": "results must not depend on the machine's time zone; use strftime",
}
"""Names that no expression may use, and why."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


LINEAR: Final = _names("""
    not length utf8bytelength type empty error select values nulls booleans numbers strings scalars arrays objects
    iterables tostring tonumber toboolean tojson fromjson ascii_downcase ascii_upcase ltrimstr rtrimstr trimstr trim
    ltrim rtrim startswith endswith split explode implode floor ceil round sqrt fabs abs trunc pow log log2 log10 exp
    exp2 exp10 significand logb infinite nan isinfinite isnan isnormal isfinite first last nth has getpath limit
    now mktime gmtime strftime strptime todate fromdate todateiso8601 fromdateiso8601 isempty keys keys_unsorted
    min max sort unique reverse format
""")
"""Functions that end after a time that grows with their input (but for a logarithm)."""

LOOPS: Final = _names("""
    map map_values add any all to_entries from_entries with_entries sort_by group_by unique_by min_by max_by flatten
    in IN del delpaths
""")
"""Functions that end after they went once over their input, with what they are given at each member."""

QUADRATIC: Final = _names("contains inside index rindex indices join")
"""Functions that end after a time that may grow with the square of their input."""

EMITTERS: Final = _names("recurse paths tostream")
"""Functions that end but give many results, together up to the square of their input."""

INLINE: Final = LINEAR | LOOPS | QUADRATIC | EMITTERS
"""Functions that certainly end.

What is missing here runs in the worker: recursion and loops (`repeat`, `range`, `walk` ...), regular expressions
(catastrophic backtracking), and what makes much out of little (`combinations`, `setpath`, `transpose` ...).
"""


def _builtins() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for each in jq.compile("builtins").input_value(None).first():
        name, _, arity = each.partition("/")
        found.setdefault(name, set()).add(int(arity))
    return {name: frozenset(arities) for name, arities in found.items() if name not in CLOSED}


BUILTINS: Final[Mapping[str, frozenset[int]]] = _builtins()
"""Every function of this libjq that is open to expressions, with its arities."""
