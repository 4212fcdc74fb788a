SELECT number, id, definition, status, attention, created_at, ended_at, wake_at, saga, parent, listens, error_type,
       business_key, correlation, waits, due_at
  FROM instance
 WHERE correlation = ? AND number > ?
 ORDER BY number
 LIMIT ?
