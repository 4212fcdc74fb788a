"""Data contracts: JSON Schema validation with readable errors."""

from counterpoint.contracts.schema import SchemaValidator, compile_schema
from counterpoint.values.fault import Fault

__all__ = ["Fault", "SchemaValidator", "compile_schema"]
