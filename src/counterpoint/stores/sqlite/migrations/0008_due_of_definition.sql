-- The same of one definition: whose instances are late the longest is found without looking at those of others.
CREATE INDEX instance_by_definition_due_at ON instance (definition, due_at) WHERE due_at IS NOT NULL;
