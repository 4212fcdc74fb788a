-- Who waits for a time, by that time: what is late is found without looking at all who wait.
CREATE INDEX instance_by_due_at ON instance (due_at) WHERE due_at IS NOT NULL;
