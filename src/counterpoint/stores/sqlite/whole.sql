-- Of the connection only: a view that nothing is read from, so that a batch can be written by one INSERT into it.
CREATE TEMP VIEW whole AS SELECT NULL AS created, NULL AS places, NULL AS bodies, NULL AS summaries WHERE 0;

-- Columns in the order of add_instance, add_record and update_instance. A place says where in `bodies` a record lies.
CREATE TEMP TRIGGER whole_is_written INSTEAD OF INSERT ON whole BEGIN
  INSERT INTO instance (
    number, id, definition, status, attention, created_at, ended_at, wake_at, saga, parent, listens, error_type,
    business_key, correlation, waits, due_at
  ) SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8,
    value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15
    FROM json_each(new.created);
  INSERT INTO journal (instance, sequence, body)
    SELECT value ->> 0, value ->> 1, substr(new.bodies, value ->> 2, value ->> 3) FROM json_each(new.places);
  UPDATE instance
     SET status = row.value ->> 0, attention = row.value ->> 1, ended_at = row.value ->> 2, wake_at = row.value ->> 3,
         saga = row.value ->> 4, listens = row.value ->> 5, error_type = row.value ->> 6, waits = row.value ->> 7,
         due_at = row.value ->> 8
    FROM json_each(new.summaries) AS row
   WHERE number = row.value ->> 9;
  SELECT raise(ABORT, 'a summary of no instance') WHERE changes() <> json_array_length(new.summaries);
END;
