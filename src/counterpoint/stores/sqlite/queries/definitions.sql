SELECT number, namespace, name, version, digest, text, published_at FROM definition ORDER BY number
