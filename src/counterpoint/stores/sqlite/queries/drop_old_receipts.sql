DELETE FROM receipt WHERE written_at < ?
