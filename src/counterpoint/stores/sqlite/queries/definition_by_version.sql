SELECT number, namespace, name, version, digest, text, published_at
  FROM definition
 WHERE namespace = ? AND name = ? AND version = ?
