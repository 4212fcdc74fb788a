-- AUTOINCREMENT: a number is never given twice, or an acknowledgement of one event could remove another.
CREATE TABLE outbox (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,
  sink       TEXT    NOT NULL,
  instance   INTEGER NOT NULL,
  body       BLOB    NOT NULL,
  written_at INTEGER NOT NULL,
  refusal    TEXT              -- why the receiver will never take it: a dead letter
);
-- Two partial ones: what is owed must be found behind any number of dead letters, and they behind what is owed.
CREATE INDEX outbox_owed ON outbox (sink, number) WHERE refusal IS NULL;
CREATE INDEX outbox_dead ON outbox (number, sink) WHERE refusal IS NOT NULL;

-- When a key was seen, so that those which are older than any duplicate may be forgotten.
ALTER TABLE seen_key ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE seen_key SET seen_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
