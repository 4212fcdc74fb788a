INSERT INTO journal (instance, sequence, body) VALUES (?, ?, ?)
