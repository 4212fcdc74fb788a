SELECT request, answer, written_at FROM receipt WHERE hash = ?
