UPDATE outbox SET refusal = ? WHERE number = ?
