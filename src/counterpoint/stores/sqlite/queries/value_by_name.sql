SELECT content FROM value WHERE name = ?
