DELETE FROM receipt WHERE hash = ?
