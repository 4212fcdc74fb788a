DELETE FROM outbox WHERE number = ?
