SELECT position, instance, sequence, body FROM journal WHERE position > ? ORDER BY position LIMIT ?
