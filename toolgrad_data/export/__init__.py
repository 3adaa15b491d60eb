"""Training and test files made of records: one file a format, all derived from the same conversation."""
