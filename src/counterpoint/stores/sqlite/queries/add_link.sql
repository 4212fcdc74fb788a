INSERT INTO chain (correlation, instance) VALUES (?, ?) ON CONFLICT DO NOTHING
