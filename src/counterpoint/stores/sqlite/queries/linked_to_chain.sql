SELECT instance.number, instance.id, instance.definition, instance.status, instance.attention, instance.created_at,
       instance.ended_at, instance.wake_at, instance.saga, instance.parent,
       instance.listens, instance.error_type,
       instance.business_key, instance.correlation, instance.waits, instance.due_at
  FROM chain
  JOIN instance ON instance.number = chain.instance
 WHERE chain.correlation = ? AND chain.instance > ?
 ORDER BY chain.instance
 LIMIT ?
