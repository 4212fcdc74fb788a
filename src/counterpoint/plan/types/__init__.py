"""Static types of the data that flows through a workflow.

    schemas ──► lattice ◄── syntax, evaluation (jq)
                   ▲
    flow ──────────┴──► paths that cannot exist

A type is always too wide, never too narrow: every value that can occur at run time is admitted. What cannot be
inferred is unknown, and what is read from it is unknown too. So a path that no type admits cannot exist.
"""

from counterpoint.plan.types.flow import Inferred, infer, seen
from counterpoint.plan.types.lattice import Type, admits
from counterpoint.plan.types.sight import STAGES, Seen, described
from counterpoint.plan.types.verdicts import Impossible

__all__ = ["STAGES", "Impossible", "Inferred", "Seen", "Type", "admits", "described", "infer", "seen"]
