INSERT INTO migration (version, applied_by) VALUES (?, ?)
