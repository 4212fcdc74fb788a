"""Runtime expressions (jq) and templates: compiled once, evaluated against a value and a scope."""
