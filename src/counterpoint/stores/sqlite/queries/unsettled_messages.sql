SELECT kind, body, key, number, posted_at FROM message WHERE number > ? ORDER BY number LIMIT ?
