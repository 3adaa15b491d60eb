"""Where tools come from, one file a source."""
