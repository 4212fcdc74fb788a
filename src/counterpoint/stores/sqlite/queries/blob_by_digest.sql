SELECT content FROM blob WHERE digest = ?
