"""Scenarios: stories about a workflow, with what is expected of it (docs/guide/testing.md).

read          text → scenarios, with diagnostics
check_names   whether they speak of tasks that there are
run           one scenario → what came of it
Coverage      what no scenario has reached
"""

from counterpoint.scenarios.checking import check_names
from counterpoint.scenarios.comparing import Mismatch, Row
from counterpoint.scenarios.contracts import Contracts
from counterpoint.scenarios.coverage import Coverage, Figure, Part
from counterpoint.scenarios.mocks import Mocks
from counterpoint.scenarios.model import Scenario, ScenarioFile
from counterpoint.scenarios.reading import Reading, read
from counterpoint.scenarios.running import Outcome, run

__all__ = [
    "Contracts",
    "Coverage",
    "Figure",
    "Mismatch",
    "Mocks",
    "Outcome",
    "Part",
    "Reading",
    "Row",
    "Scenario",
    "ScenarioFile",
    "check_names",
    "read",
    "run",
]
