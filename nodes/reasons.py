"""Reasons of a rejection that are read again where a run tells what failed most."""

NO_VALUE = "no value"


def no_value(tool: str, parameter: str) -> str:
    """Return the reason that a required parameter could not be filled, so that its tool was not called."""
    return f"{NO_VALUE}: `{parameter}` of `{tool}` has no value"
