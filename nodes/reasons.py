"""Reasons of a rejection that are read again where a run tells what failed most."""

import re

_NO_VALUE = re.compile(r"no value: `(?P<parameter>.+)` of `(?P<tool>.+)` has no value")


def no_value(tool: str, parameter: str) -> str:
    """Return the reason that a required parameter could not be filled, so that its tool was not called."""
    return f"no value: `{parameter}` of `{tool}` has no value"


def lacking(reason: str) -> tuple[str, str] | None:
    """Return tool and parameter of such a reason, None for any other."""
    found = _NO_VALUE.fullmatch(reason)
    return (found["tool"], found["parameter"]) if found else None
