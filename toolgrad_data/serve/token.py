"""The token that clients send: of the environment, or made at the start and left in a file for its owner alone."""

import os
import secrets
from pathlib import Path

from toolgrad_data.errors import CliError, UsageError

TOKEN_ENV = "TOOLGRAD_SERVE_TOKEN"  # noqa: S105 - a name, no token
TOKEN = "token"  # noqa: S105
_SHORTEST = 16


def token_of(folder: Path) -> tuple[str, str]:
    """Return the token, and where it is in words. Raises UsageError for one that is too short, CliError.

    The token itself is never shown.
    """
    given = os.environ.get(TOKEN_ENV, "")
    if given:
        if len(given) < _SHORTEST or not given.isascii() or any(each.isspace() for each in given):
            raise UsageError(
                f"{TOKEN_ENV}: has to be {_SHORTEST} characters of ASCII or more, without spaces.\n"
                "Leave it out, and one is made."
            )
        return given, f"that of {TOKEN_ENV}"
    made = secrets.token_urlsafe(24)
    path = folder / TOKEN
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(f"{made}\n")
    except OSError as error:
        raise CliError(f"{path}: cannot be written: {error.strerror or error}") from error
    return made, f"in {path}"
