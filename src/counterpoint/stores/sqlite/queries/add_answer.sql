INSERT INTO answer (message, ok, body) VALUES (?, ?, ?)
