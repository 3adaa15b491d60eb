"""What stops the trial, in words that say what to do."""


class LiftError(Exception):
    """The trial cannot go on; the message says why, and what to run next."""
