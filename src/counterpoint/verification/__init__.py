"""Verification: every way in which a workflow can go, explored with the real kernel before it is deployed.

verify      explores a definition within a budget and gives a Verdict
Verdict     what was explored, and Findings: each with a stable code, a place and the shortest story
"""

from counterpoint.verification.explorer import Budget, Coverage
from counterpoint.verification.findings import RULES, Finding, Rule, Story, Verdict
from counterpoint.verification.teller import Replay
from counterpoint.verification.verifying import Options, verify

__all__ = ["RULES", "Budget", "Coverage", "Finding", "Options", "Replay", "Rule", "Story", "Verdict", "verify"]
