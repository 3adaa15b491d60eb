"""Where calls of tools with state run, and what of it stays."""
