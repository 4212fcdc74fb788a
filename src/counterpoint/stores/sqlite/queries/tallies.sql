SELECT definition, status, instances FROM tally WHERE instances > 0
