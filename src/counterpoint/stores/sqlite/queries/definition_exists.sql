SELECT 1 FROM definition WHERE number = ?
