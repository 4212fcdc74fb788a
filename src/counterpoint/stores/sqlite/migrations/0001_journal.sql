-- One row a transition, in the order of commits: appending is sequential however many instances are interleaved.
CREATE TABLE journal (
  position INTEGER PRIMARY KEY,
  instance INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  body     BLOB    NOT NULL
);
CREATE UNIQUE INDEX journal_by_instance ON journal (instance, sequence);

CREATE TABLE instance (
  number     INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  definition INTEGER NOT NULL,
  status     INTEGER NOT NULL, -- 0 pending, 1 running, 2 waiting, 3 suspended, 4 cancelled, 5 faulted, 6 completed
  attention  INTEGER NOT NULL, -- 0 none, 1 active, 2 waiting out of memory
  created_at INTEGER NOT NULL, -- milliseconds since the epoch, like every time here
  ended_at   INTEGER,
  wake_at    INTEGER,
  saga       TEXT,
  parent     TEXT,
  listens    TEXT,             -- a JSON array of CloudEvent types
  error_type TEXT
);
-- Partial, because nearly all instances have ended, completed and have no parent.
CREATE INDEX instance_by_attention  ON instance (attention) WHERE attention > 0;
CREATE INDEX instance_by_status     ON instance (status) WHERE status <> 6;
CREATE INDEX instance_by_parent     ON instance (parent) WHERE parent IS NOT NULL;
CREATE INDEX instance_by_definition ON instance (definition);

CREATE TABLE definition (
  number       INTEGER PRIMARY KEY,
  namespace    TEXT    NOT NULL,
  name         TEXT    NOT NULL,
  version      TEXT    NOT NULL,
  digest       TEXT    NOT NULL,
  text         TEXT    NOT NULL,
  published_at INTEGER NOT NULL,
  UNIQUE (namespace, name, version)
);

CREATE TABLE blob (
  digest  TEXT NOT NULL UNIQUE,
  content BLOB NOT NULL
);

-- AUTOINCREMENT: a number is never given twice, or the answer to one message could be read as that to another.
CREATE TABLE message (
  number    INTEGER PRIMARY KEY AUTOINCREMENT,
  kind      TEXT    NOT NULL,
  body      BLOB    NOT NULL,
  key       TEXT,
  posted_at INTEGER NOT NULL
);

-- Kept for ever, so only 16 bytes of each key's hash.
CREATE TABLE seen_key (
  hash BLOB PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE answer (
  message INTEGER PRIMARY KEY,
  ok      INTEGER NOT NULL,
  body    BLOB    NOT NULL
);

CREATE TABLE value (
  name    TEXT PRIMARY KEY,
  content BLOB NOT NULL
) WITHOUT ROWID;

-- Written after an I/O error, to overwrite what a refused commit left in the write-ahead log.
CREATE TABLE fence (
  passed INTEGER NOT NULL
);
INSERT INTO fence (passed) VALUES (0);

-- Which release of Counterpoint made each step of the schema, for the message to an older one.
CREATE TABLE migration (
  version    INTEGER PRIMARY KEY,
  applied_by TEXT NOT NULL
);
