SELECT sink FROM outbox WHERE refusal IS NOT NULL
