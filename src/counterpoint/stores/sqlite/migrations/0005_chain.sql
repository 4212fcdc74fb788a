-- Which instances took an event of a chain that is not their own.
CREATE TABLE chain (
  correlation TEXT    NOT NULL,
  instance    INTEGER NOT NULL,
  PRIMARY KEY (correlation, instance)
) WITHOUT ROWID;
