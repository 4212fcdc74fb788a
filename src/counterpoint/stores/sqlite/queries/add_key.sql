INSERT INTO seen_key (hash, seen_at) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING
