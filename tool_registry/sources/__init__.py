"""Where tools come from, one file or room a source."""
