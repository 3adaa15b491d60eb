"""Failures that a person is told about: what was wrong, what is allowed, what to do next."""


class CliError(Exception):
    """A failure with a message for a person; `exit_code` is what the command ends with."""

    exit_code = 1


class UsageError(CliError):
    """Something was asked for that is not allowed; nothing has been written."""

    exit_code = 2


class RunFailedError(CliError):
    """A run had to stop. Accepted records are kept, and the same command goes on where it stopped."""


class RunLimitedError(RunFailedError):
    """A run had to stop at a limit that is not its own, such as an endpoint's of a day."""

    exit_code = 3


class InterruptedRunError(RunFailedError):
    """A run was stopped by a person while it waited for something."""

    exit_code = 130


class CorruptFileError(CliError):
    """A file of a run holds something that no run writes."""
