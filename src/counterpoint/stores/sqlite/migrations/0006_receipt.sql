-- What a request with an idempotency key was answered, so that a repetition is answered alike.
CREATE TABLE receipt (
  hash       BLOB    NOT NULL UNIQUE, -- 16 bytes of the key's hash
  request    BLOB    NOT NULL,        -- a digest of what was asked for
  answer     BLOB,                    -- NULL: begun, and not ended
  written_at INTEGER NOT NULL
);
CREATE INDEX receipt_by_time ON receipt (written_at);
