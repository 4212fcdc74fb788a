INSERT INTO blob (digest, content) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING
