UPDATE outbox SET refusal = NULL WHERE number = ?
