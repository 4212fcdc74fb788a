-- Every change of the state that a version is in; the one with the highest revision counts.
CREATE TABLE definition_state (
  definition  INTEGER NOT NULL REFERENCES definition (number),
  revision    INTEGER NOT NULL,
  state       TEXT    NOT NULL, -- active, deprecated, retired
  sunset_at   INTEGER,
  replacement TEXT,
  reason      TEXT,
  changed_by  TEXT,
  changed_at  INTEGER NOT NULL,
  PRIMARY KEY (definition, revision)
) WITHOUT ROWID;
