"""Redis streams. CloudEvents have no binding for them: an event stands as JSON in the field `event` of an entry."""
