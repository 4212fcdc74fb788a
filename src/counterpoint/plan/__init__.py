"""The plan: a definition compiled once and checked statically, ready for the kernel."""

from counterpoint.plan.checks import Compensability, check, compensability
from counterpoint.plan.compiler import compile_plan
from counterpoint.plan.model import Plan
from counterpoint.plan.resources import described_by, external_resources

__all__ = ["Compensability", "Plan", "check", "compensability", "compile_plan", "described_by", "external_resources"]
