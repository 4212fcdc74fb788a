SELECT number, sink, instance, body, written_at, refusal
  FROM outbox
 WHERE refusal IS NOT NULL AND number = ?
