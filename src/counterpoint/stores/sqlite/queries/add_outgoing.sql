INSERT INTO outbox (sink, instance, body, written_at) VALUES (?, ?, ?, ?)
