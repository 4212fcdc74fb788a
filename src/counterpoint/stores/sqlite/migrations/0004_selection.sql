ALTER TABLE instance ADD COLUMN business_key TEXT;
ALTER TABLE instance ADD COLUMN correlation TEXT;
ALTER TABLE instance ADD COLUMN waits TEXT; -- a JSON array of what it waits for: timer, retry, event:TYPE, incident, resume
ALTER TABLE instance ADD COLUMN due_at INTEGER;

-- Partial, because few instances have these; each is in the order of numbers for one value.
CREATE INDEX instance_by_business_key ON instance (business_key) WHERE business_key IS NOT NULL;
CREATE INDEX instance_by_correlation  ON instance (correlation) WHERE correlation IS NOT NULL;
CREATE INDEX instance_by_error_type   ON instance (error_type) WHERE error_type IS NOT NULL;
CREATE INDEX instance_by_saga         ON instance (saga) WHERE saga IS NOT NULL;
CREATE INDEX instance_by_created_at   ON instance (created_at);
CREATE INDEX instance_by_ended_at     ON instance (ended_at) WHERE ended_at IS NOT NULL;

-- An index over the array `waits`, with `event` besides for events of any type.
CREATE TABLE waiting (
  what     TEXT    NOT NULL,
  instance INTEGER NOT NULL,
  PRIMARY KEY (what, instance)
) WITHOUT ROWID;

-- How many instances of a definition have a status, so that counting them takes no longer when there are more.
CREATE TABLE tally (
  definition INTEGER NOT NULL,
  status     INTEGER NOT NULL,
  instances  INTEGER NOT NULL,
  PRIMARY KEY (definition, status)
) WITHOUT ROWID;
INSERT INTO tally SELECT definition, status, count(*) FROM instance GROUP BY definition, status;

CREATE TRIGGER instance_is_counted AFTER INSERT ON instance BEGIN
  INSERT INTO tally VALUES (new.definition, new.status, 1)
    ON CONFLICT (definition, status) DO UPDATE SET instances = instances + 1;
END;
CREATE TRIGGER instance_is_counted_anew AFTER UPDATE OF status ON instance WHEN old.status <> new.status BEGIN
  UPDATE tally SET instances = instances - 1 WHERE definition = old.definition AND status = old.status;
  INSERT INTO tally VALUES (new.definition, new.status, 1)
    ON CONFLICT (definition, status) DO UPDATE SET instances = instances + 1;
END;
CREATE TRIGGER instance_waits AFTER INSERT ON instance WHEN new.waits IS NOT NULL BEGIN
  INSERT OR IGNORE INTO waiting SELECT value, new.number FROM json_each(new.waits);
  INSERT OR IGNORE INTO waiting SELECT 'event', new.number FROM json_each(new.waits) WHERE value GLOB 'event:*';
END;
CREATE TRIGGER instance_waits_no_more AFTER UPDATE OF waits ON instance WHEN old.waits IS NOT new.waits BEGIN
  DELETE FROM waiting WHERE instance = old.number AND what IN (SELECT value FROM json_each(coalesce(old.waits, '[]')));
  DELETE FROM waiting WHERE instance = old.number AND what = 'event';
  INSERT OR IGNORE INTO waiting SELECT value, new.number FROM json_each(coalesce(new.waits, '[]'));
  INSERT OR IGNORE INTO waiting
    SELECT 'event', new.number FROM json_each(coalesce(new.waits, '[]')) WHERE value GLOB 'event:*';
END;

-- What can be told of older rows; the rest is loaded once by the engine that opens the store, which knows it.
UPDATE instance SET waits = '["timer"]' WHERE attention = 2 AND status = 2 AND listens IS NULL;
UPDATE instance SET waits = (SELECT json_group_array('event:' || value) FROM json_each(listens))
 WHERE attention = 2 AND status = 2 AND wake_at IS NULL;
UPDATE instance SET attention = 1
 WHERE ended_at IS NULL AND (status = 3 OR (attention = 2 AND waits IS NULL));
