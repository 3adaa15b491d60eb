"""Which calls to try next, and with which arguments."""
