UPDATE instance
   SET status = ?, attention = ?, ended_at = ?, wake_at = ?, saga = ?, listens = ?, error_type = ?, waits = ?, due_at = ?
 WHERE number = ?
