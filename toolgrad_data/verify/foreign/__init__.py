"""Other people's data: one file a format, each read into a sample that becomes a record as far as it tells."""
