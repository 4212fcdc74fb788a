SELECT definition, revision, state, sunset_at, replacement, reason, changed_by, changed_at
  FROM definition_state
 ORDER BY definition, revision
