"""Data contracts: JSON Schema validation with readable errors."""

from counterpoint.contracts.schema import Fault, SchemaValidator, compile_schema

__all__ = ["Fault", "SchemaValidator", "compile_schema"]
