SELECT number, id, definition, status, attention, created_at, ended_at, wake_at, saga, parent, listens, error_type
  FROM instance
 WHERE status = :status
   AND status <> 6 -- lets SQLite use the partial index
   AND (:definition IS NULL OR +definition = :definition)
   AND number < coalesce(:before, 9223372036854775807)
 ORDER BY number DESC
 LIMIT :limit
