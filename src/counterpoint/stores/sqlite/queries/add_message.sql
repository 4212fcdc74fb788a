INSERT INTO message (kind, body, key, posted_at) VALUES (?, ?, ?, ?)
