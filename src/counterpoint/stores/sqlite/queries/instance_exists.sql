SELECT 1 FROM instance WHERE number = ?
