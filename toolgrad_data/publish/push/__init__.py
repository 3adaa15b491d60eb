"""Publishing data sets: one file a place."""
