SELECT message, ok, body FROM answer WHERE message = ?
