DELETE FROM answer
 WHERE message <= (SELECT message FROM answer ORDER BY message DESC LIMIT 1 OFFSET ?)
