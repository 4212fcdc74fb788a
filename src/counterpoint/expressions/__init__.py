"""Runtime expressions (jq) and templates: compiled once, evaluated against a value and a scope."""

from counterpoint.expressions.compiler import Compiler
from counterpoint.expressions.limits import ExpressionLimits
from counterpoint.expressions.types import Expression, Scope

__all__ = ["Compiler", "Expression", "ExpressionLimits", "Scope"]
