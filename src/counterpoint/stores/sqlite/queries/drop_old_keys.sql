DELETE FROM seen_key WHERE hash >= ? AND hash < ? AND seen_at < ?
