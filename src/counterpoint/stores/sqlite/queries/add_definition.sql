INSERT INTO definition (namespace, name, version, digest, text, published_at) VALUES (?, ?, ?, ?, ?, ?)
