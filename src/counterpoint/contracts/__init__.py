"""Data contracts: JSON Schema validation with readable errors."""

from counterpoint.contracts.schema import SchemaValidator, compile_schema

__all__ = ["SchemaValidator", "compile_schema"]
