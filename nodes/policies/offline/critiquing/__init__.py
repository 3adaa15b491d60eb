"""Which calls to keep, and what to try next, in words."""
