SELECT number, sink, instance, body, written_at, refusal
  FROM outbox
 WHERE refusal IS NOT NULL AND number > :after AND (:sink IS NULL OR sink = :sink)
 ORDER BY number
 LIMIT :limit
