INSERT INTO receipt (hash, request, answer, written_at) VALUES (?, ?, ?, ?)
ON CONFLICT (hash) DO UPDATE SET request = excluded.request, answer = excluded.answer, written_at = excluded.written_at
