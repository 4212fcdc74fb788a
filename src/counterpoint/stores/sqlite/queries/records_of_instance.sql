SELECT instance, sequence, body FROM journal WHERE instance = ? AND sequence > ? ORDER BY sequence LIMIT ?
