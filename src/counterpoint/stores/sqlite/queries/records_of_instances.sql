SELECT instance, sequence, body
  FROM journal
 WHERE instance IN (SELECT value FROM json_each(?))
 ORDER BY instance, sequence
