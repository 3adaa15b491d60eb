"""Tasks: records to be played, by a policy that sees none of the record, for a reward that is computed."""
