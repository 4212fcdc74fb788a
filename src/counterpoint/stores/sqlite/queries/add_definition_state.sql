INSERT INTO definition_state (
  definition, revision, state, sunset_at, replacement, reason, changed_by, changed_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
