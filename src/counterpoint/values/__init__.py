"""Plain values that every layer speaks: JSON, durations, problems, diagnostics. No behaviour beyond that."""
