"""`--store`: where the database is, without its password."""

import os
import re
from urllib.parse import urlsplit

from toolgrad_data.errors import UsageError

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_EXAMPLE = "--store postgresql://user@host:5432/toolgrad with PGPASSWORD set, or --store '${TOOLGRAD_POSTGRES_URL}'"


def check_address(text: str) -> str:
    """Return the text. Raises ValueError, without repeating it, when it is no address or holds a password."""
    if _NAME.fullmatch(text.strip()):
        return text.strip()
    parts = urlsplit(text.strip())
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"store must be a PostgreSQL address: {_EXAMPLE}")
    literal = _NAME.sub("", parts.password or "")
    if literal or "password" in parts.query:
        raise ValueError(f"store must hold no password: it comes from the environment: {_EXAMPLE}")
    return text.strip()


def expand_variables(text: str) -> str:
    """Return the address with `${NAME}` taken from the environment. Raises UsageError for one that is not set."""

    def value(found: "re.Match[str]") -> str:
        if not (told := os.environ.get(found[1])):
            raise UsageError(f"--store: the environment variable {found[1]} is not set. Allowed: {_EXAMPLE}")
        return told

    return _NAME.sub(value, text)
