DELETE FROM message WHERE number = ?
