SELECT number, sink, instance, body, written_at, refusal
  FROM outbox
 WHERE refusal IS NULL AND sink = ? AND number > ?
 ORDER BY number
 LIMIT ?
