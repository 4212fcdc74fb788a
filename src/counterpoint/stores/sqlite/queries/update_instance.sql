UPDATE instance
   SET status = ?, attention = ?, ended_at = ?, wake_at = ?, saga = ?, listens = ?, error_type = ?
 WHERE number = ?
