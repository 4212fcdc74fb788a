SELECT sink, count(*) FROM outbox WHERE refusal IS NULL GROUP BY sink
